package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hale.engine.CheckpointException;
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

  @Test
  void aChannelThatIsAbsentIsNamed() {
    assertEquals(
        "fusion with the brightness of FLAIR needs that channel, the model has T1, T2",
        assertThrows(CheckpointException.class, () -> new Brightness("FLAIR", List.of("T1", "T2")))
            .getMessage());
  }
}
