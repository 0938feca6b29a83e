package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class BrainMapsTest {
  @Property(tries = 60)
  void isTheWeightedMeanOfTheMaskedPixelsAround(
      @ForAll @IntRange(min = 1, max = 17) int size,
      @ForAll @DoubleRange(min = 0.3, max = 4) double sigma,
      @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] image = new float[size * size];
    byte[] mask = new byte[size * size];
    for (int p = 0; p < image.length; p++) {
      image[p] = (float) random.nextDouble(-2, 2);
      mask[p] = (byte) random.nextInt(2);
    }
    assertArrayEquals(bruteForce(image, mask, size, sigma), blur(image, mask, size, sigma), 1e-5f);
  }

  /** As the second of two images, so that a mix-up of images shows. */
  private static float[] blur(float[] image, byte[] mask, int size, double sigma) {
    float[][] images = {new float[image.length], image};
    return BrainMaps.blur(images, new byte[][] {new byte[mask.length], mask}, size, sigma)[1];
  }

  /** The definition, pixel by pixel, in double: a square window of three standard deviations. */
  private static float[] bruteForce(float[] image, byte[] mask, int size, double sigma) {
    int radius = (int) Math.ceil(3 * sigma);
    float[] blurred = new float[image.length];
    for (int p = 0; p < image.length; p++) {
      double sum = 0;
      double weights = 0;
      for (int q = 0; q < image.length; q++) {
        int dx = q % size - p % size;
        int dy = q / size - p / size;
        if (mask[q] != 0 && Math.abs(dx) <= radius && Math.abs(dy) <= radius) {
          double weight = Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
          sum += weight * image[q];
          weights += weight;
        }
      }
      blurred[p] = mask[p] == 0 ? 0 : (float) (sum / weights);
    }
    return blurred;
  }

  @Test
  void keepsAConstantAndLeavesTheOutsideEmpty() {
    float[] image = new float[36];
    Arrays.fill(image, 3);
    byte[] mask = new byte[36];
    Arrays.fill(mask, 7, 20, (byte) 1);
    float[] blurred = blur(image, mask, 6, 1.5);
    for (int p = 0; p < 36; p++) {
      assertEquals(mask[p] * 3, blurred[p], 1e-6, "pixel " + p);
    }
  }

  @Test
  void sigmaZeroIsTheImageItself() {
    float[][] images = {{1, 2, 3, 4}};
    assertSame(images, BrainMaps.blur(images, new byte[][] {{1, 1, 0, 1}}, 2, 0));
  }
}
