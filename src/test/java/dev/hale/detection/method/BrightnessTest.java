package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hale.engine.CheckpointException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Brightness against most of the brain, by hand. */
class BrightnessTest {
  private static final Brightness SECOND = new Brightness("T2", List.of("FLAIR", "T2"));

  /** An image whose first channel is dark, with values of the second in [0, 1]. */
  private static float[] image(double... values) {
    float[] image = new float[2 * values.length];
    for (int p = 0; p < values.length; p++) {
      image[p] = -1;
      image[values.length + p] = (float) (2 * values[p] - 1);
    }
    return image;
  }

  @Test
  void aPixelCountsByHowFarItIsAboveMostOfTheBrain() {
    byte[] brain = {1, 1, 1, 1, 1, 1, 0, 0, 0};
    // of 0.1, 0.2, 0.3, 0.4, 0.5, 0.9 the 60th percentile is at rank 3
    assertArrayEquals(
        new float[] {0, 0, 0.25f, 0, 0.5f, 0, 0, 0, 0},
        SECOND.values(image(0.1, 0.2, 0.5, 0.4, 0.9, 0.3, 1, 1, 1), brain),
        1e-6f);
  }

  @Test
  void aDarkSliceIsNotDividedByNothing() {
    float[] map = SECOND.values(image(0, 0, 0, 1), new byte[] {1, 1, 1, 1});
    assertArrayEquals(new float[] {0, 0, 0, 0.5f}, map, 1e-6f);
    assertArrayEquals(new float[4], SECOND.values(image(0, 0, 0, 1), new byte[4]));
  }

  /** A ring of 0.5 with a dark core; a gap of 0.2 in it lets the dark in as far as 0.2. */
  @Test
  void aDarkCoreIsAsBrightAsWhatEnclosesIt() {
    int size = 30;
    byte[] brain = new byte[size * size];
    Arrays.fill(brain, (byte) 1);
    double[] ring = new double[size * size];
    Arrays.fill(ring, 0.4);
    for (int i = 10; i <= 20; i++) {
      for (int pixel : new int[] {10 * size + i, 20 * size + i, i * size + 10, i * size + 20}) {
        ring[pixel] = 0.6;
      }
    }
    int core = 15 * size + 15;
    ring[core] = 0;
    assertEquals(0.5f, SECOND.values(image(ring), brain)[core], 1e-6f);
    assertEquals(0, SECOND.values(image(ring), brain)[5 * size + 5], 1e-6f);
    ring[10 * size + 15] = 0.48;
    assertEquals(0.2f, SECOND.values(image(ring), brain)[core], 1e-6f);
  }

  /** Such as the brain in a bright skull. */
  @Test
  void aWideHoleStaysDark() {
    int size = 60;
    byte[] brain = new byte[size * size];
    Arrays.fill(brain, (byte) 1);
    double[] skull = new double[size * size];
    Arrays.fill(skull, 0.4);
    for (int i = 10; i <= 50; i++) {
      for (int pixel : new int[] {10 * size + i, 50 * size + i, i * size + 10, i * size + 50}) {
        skull[pixel] = 0.6;
      }
    }
    float[] map = SECOND.values(image(skull), brain);
    assertEquals(0.5f, map[10 * size + 30], 1e-6f);
    assertEquals(0, map[11 * size + 30], "beside the skull");
    assertEquals(0, map[30 * size + 30], "far from it");
  }

  @Test
  void aChannelThatIsAbsentIsNamed() {
    assertEquals(
        "fusion with the brightness of FLAIR needs that channel, the model has T1, T2",
        assertThrows(CheckpointException.class, () -> new Brightness("FLAIR", List.of("T1", "T2")))
            .getMessage());
  }
}
