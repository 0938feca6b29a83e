package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class HealingTest {
  private static final float[] IMAGE = {0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f};
  private static final Gate GATE = new Gate(new byte[] {0, 1, 0, 0}, 2);

  @Test
  void theMeanOfTheSamplesIsInsideAndTheImageItselfOutside() {
    float[][] samples = {IMAGE.clone(), IMAGE.clone(), IMAGE.clone()};
    for (int k = 0; k < samples.length; k++) {
      samples[k][1] = k; // 0, 1, 2: mean 1, variance 1
      samples[k][5] = 2 * k; // 0, 2, 4: mean 2, variance 4
      samples[k][2] = 9; // not of the gate
    }
    Healing healing = Healing.of(IMAGE, GATE, samples);
    assertArrayEquals(new float[] {0.1f, 1, 0.3f, 0.4f, 0.5f, 2, 0.7f, 0.8f}, healing.mean());
    assertArrayEquals(new float[] {0, 1, 0, 0, 0, 2, 0, 0}, healing.deviation());
    assertEquals(Math.sqrt(5), healing.spread(new int[] {0, 1}, 4)[1], 1e-6);
    assertEquals(2, healing.spread(new int[] {1}, 4)[1], 1e-6);
  }

  @Test
  void oneSampleHasNoSpread() {
    Healing healing = Healing.of(IMAGE, GATE, new float[][] {new float[8]});
    assertArrayEquals(new float[8], healing.deviation());
    assertEquals(0, healing.mean()[1]);
  }

  @Test
  void withoutAGateTheImageIsReturnedAsItIs() {
    assertArrayEquals(IMAGE, Healing.none(IMAGE).mean());
  }
}
