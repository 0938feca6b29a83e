package dev.hale.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ResamplingTest {
  private static double[] apply(Resampling resampling, double[] in) {
    double[] out = new double[resampling.outputs()];
    for (int o = 0; o < out.length; o++) {
      float[] weights = resampling.weights()[o];
      for (int n = 0; n < weights.length; n++) {
        out[o] += weights[n] * in[resampling.first()[o] + n];
      }
    }
    return out;
  }

  private static double[] random(int length, long seed) {
    return new Random(seed).doubles(length, -1, 1).toArray();
  }

  /** The slow twin: voxels are boxes, a pixel is the mean of many points in it. */
  @Property(tries = 200)
  void shrinkingAveragesWhatThePixelCovers(
      @ForAll @IntRange(min = 1, max = 40) int voxels,
      @ForAll @DoubleRange(min = 1, max = 9) double step,
      @ForAll @DoubleRange(min = -5, max = 45) double centre,
      @ForAll long seed) {
    double[] in = random(voxels, seed);
    double[] out = apply(Resampling.toPixels(voxels, 1, 7, step, centre), in);
    int points = 4000;
    for (int p = 0; p < 7; p++) {
      double sum = 0;
      for (int n = 0; n < points; n++) {
        double position = centre + (p - 3.5 + (n + 0.5) / points) * step;
        int voxel = (int) Math.floor(position + 0.5);
        sum += voxel >= 0 && voxel < voxels ? in[voxel] : 0;
      }
      assertEquals(sum / points, out[p], 3e-3);
    }
  }

  /** A straight line stays one, in both directions and at every scale, away from the ends. */
  @Property(tries = 200)
  void straightLinesStayStraight(
      @ForAll @IntRange(min = 20, max = 40) int voxels,
      @ForAll @DoubleRange(min = 0.2, max = 3) double voxelSide,
      @ForAll @DoubleRange(min = 0.2, max = 3) double pixelSide,
      @ForAll @DoubleRange(min = 8, max = 12) double centre) {
    double[] line = new double[voxels];
    for (int v = 0; v < voxels; v++) {
      line[v] = v;
    }
    int pixels = 30;
    double step = pixelSide / voxelSide;
    double margin = Math.max(1, (step + 1) / 2);
    double[] onPixels =
        apply(Resampling.toPixels(voxels, voxelSide, pixels, pixelSide, centre), line);
    double[] truth = new double[pixels];
    for (int p = 0; p < pixels; p++) {
      truth[p] = centre + (p - 14.5) * step;
      boolean within = truth[p] - margin >= 0 && truth[p] + margin <= voxels - 1;
      // The mean of a line over boxes of voxels differs from the line by less than half a voxel.
      double tolerance = step >= 1 ? 0.5 / step : 1e-5;
      assertTrue(!within || Math.abs(onPixels[p] - truth[p]) <= tolerance);
    }
    Resampling back = Resampling.toVoxels(voxels, voxelSide, pixels, pixelSide, centre);
    double[] restored = apply(back, truth);
    for (int v = 0; v < voxels; v++) {
      boolean within = v >= truth[0] && v <= truth[pixels - 1];
      assertTrue(!within || Math.abs(restored[v] - v) < 1e-4);
      boolean outside = v < truth[0] - step * 0.51 || v > truth[pixels - 1] + step * 0.51;
      assertTrue(!outside || back.weights()[v].length == 0);
    }
  }

  @Test
  void wholeVoxelsInAPixelGiveTheirMean() {
    Resampling two = Resampling.toPixels(8, 1, 4, 2, 3.5);
    float[] image = new float[64];
    for (int p = 0; p < 64; p++) {
      image[p] = p % 8 + 10 * (p / 8);
    }
    float[] out = Resampling.apply(two, two, image);
    for (int j = 0; j < 4; j++) {
      for (int i = 0; i < 4; i++) {
        assertEquals(2 * i + 0.5 + 10 * (2 * j + 0.5), out[4 * j + i], 1e-4);
      }
    }
  }
}
