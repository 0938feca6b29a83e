package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.bytedeco.pytorch.Tensor;
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
    byte[][] brains = {new byte[mask.length], mask};
    try (Scope scope = new Scope()) {
      Tensor maps = Tensors.of(images, 0, 2, 2, size, size);
      Tensor inside = Tensors.ofBytes(brains, 2, size, size);
      return Tensors.rows(BrainMaps.blur(maps, inside, sigma))[1];
    }
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

  /** The mean in double, as the method's page has it. */
  @Property(tries = 40)
  void theGeometricMeanIsThatOfEachPixel(
      @ForAll @DoubleRange(min = 0, max = 1) double weight, @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] maps = new float[2][9];
    for (int p = 0; p < 9; p++) {
      maps[0][p] = p == 0 ? 0 : (float) random.nextDouble(3);
      maps[1][p] = p == 1 ? 0 : (float) random.nextDouble(3);
    }
    try (Scope scope = new Scope()) {
      float[] mean =
          Tensors.values(
              BrainMaps.geometricMean(
                  Tensors.of(maps, 0, 1, 1, 3, 3), Tensors.of(maps, 1, 2, 1, 3, 3), weight));
      for (int p = 0; p < 9; p++) {
        double expected = Math.pow(maps[0][p], 1 - weight) * Math.pow(maps[1][p], weight);
        assertEquals(expected, mean[p], 1e-6 * Math.max(1, expected));
      }
    }
  }

  @Test
  void sigmaZeroIsTheImageItself() {
    try (Scope scope = new Scope()) {
      Tensor maps = Tensors.of(new float[][] {{1, 2, 3, 4}}, 0, 1, 1, 2, 2);
      Tensor inside = Tensors.ofBytes(new byte[][] {{1, 1, 0, 1}}, 1, 2, 2);
      assertSame(maps, BrainMaps.blur(maps, inside, 0));
    }
  }
}
