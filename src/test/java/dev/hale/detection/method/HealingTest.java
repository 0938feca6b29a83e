package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hale.engine.Device;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealingTest {
  private static final float[] IMAGE = {0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f};

  private final Scope scope = new Scope();
  private final Tensor image = images(IMAGE);
  private final Tensor gate = new Gate(new byte[] {0, 1, 0, 0}, 2).on(Device.CPU.torch());

  @AfterEach
  void free() {
    scope.close();
  }

  private static Tensor images(float[]... images) {
    return Tensors.of(images, 0, images.length, images.length, 2, 2, 2);
  }

  private static float[] values(Tensor tensor) {
    return Tensors.values(tensor);
  }

  @Test
  void theMeanOfTheSamplesIsInsideAndTheImageItselfOutside() {
    float[][] samples = {IMAGE.clone(), IMAGE.clone(), IMAGE.clone()};
    for (int k = 0; k < samples.length; k++) {
      samples[k][1] = k; // 0, 1, 2: mean 1, variance 1
      samples[k][5] = 2 * k; // 0, 2, 4: mean 2, variance 4
      samples[k][2] = 9; // not of the gate
    }
    Healing healing = Healing.of(image, gate, images(samples));
    assertArrayEquals(
        new float[] {0.1f, 1, 0.3f, 0.4f, 0.5f, 2, 0.7f, 0.8f}, values(healing.mean()));
    assertArrayEquals(new float[] {0, 1, 0, 0, 0, 2, 0, 0}, values(healing.deviation()));
    assertEquals(Math.sqrt(5), values(healing.spread(new int[] {0, 1}))[1], 1e-6);
    assertEquals(2, values(healing.spread(new int[] {1}))[1], 1e-6);
  }

  @Test
  void oneSampleHasNoSpread() {
    Healing healing = Healing.of(image, gate, images(new float[8]));
    assertArrayEquals(new float[8], values(healing.deviation()));
    assertEquals(0, values(healing.mean())[1]);
  }

  @Test
  void withoutAGateTheImageIsReturnedAsItIs() {
    assertArrayEquals(IMAGE, values(Healing.none(image).mean()));
  }
}
