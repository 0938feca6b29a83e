package dev.hale.app.train;

import dev.hale.detection.SliceImages;
import dev.hale.detection.method.CriticAttribution;
import dev.hale.evaluation.RegionMap;
import dev.hale.evaluation.Thresholds;
import dev.hale.evaluation.Voxels;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How soon a critic calls diseased slices healthy when what a map marks is taken out of them: the
 * deletion metric (Petsiuk, Das and Saenko, BMVC 2018), over areas that lesions have. A map that is
 * high beside lesions, or blurred around them, needs more area for the same effect; no mask is
 * needed to see that.
 */
final class DeletionTest {
  /** Shares of the brain that are taken out, the highest of the map first. */
  private static final double[] SHARES = {0.00125, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08};

  private final CriticAttribution critic;
  private final SliceImages slices;
  private final float[][] images;
  private final byte[][] brains;
  private final double[] whole;

  /**
   * On diseased slices.
   *
   * @param slices with as many around each as the critic sees
   */
  DeletionTest(CriticAttribution critic, SliceImages slices) {
    this.critic = critic;
    this.slices = slices;
    images = slices.ownImages();
    brains = slices.ownBrains();
    whole = probabilities(slices);
  }

  /**
   * By how much the critic's probability of disease falls, a mean over slices and areas.
   *
   * @param maps of the slices, in their order
   */
  double drop(List<RegionMap> maps) {
    double sum = 0;
    for (double share : SHARES) {
      float[][] without =
          IntStream.range(0, maps.size())
              .mapToObj(n -> without(n, maps.get(n).values(), share))
              .toArray(float[][]::new);
      double[] left = probabilities(slices.changed(without));
      for (int n = 0; n < left.length; n++) {
        sum += whole[n] - left[n];
      }
    }
    return sum / SHARES.length / maps.size();
  }

  /** A slice whose highest pixels have the median of each channel's brain. */
  private float[] without(int n, float[] inside, double share) {
    byte[] brain = brains[n];
    float[] map = Voxels.scatter(inside, brain);
    double cut = Thresholds.percentile(inside, null, 100 * (1 - share));
    float[] image = images[n].clone();
    int pixels = brain.length;
    for (int c = 0; c < image.length / pixels; c++) {
      float[] channel = new float[pixels];
      System.arraycopy(image, c * pixels, channel, 0, pixels);
      float median = (float) Thresholds.percentile(channel, brain, 50);
      for (int p = 0; p < pixels; p++) {
        if (brain[p] != 0 && map[p] > cut) {
          image[c * pixels + p] = median;
        }
      }
    }
    return image;
  }

  private double[] probabilities(SliceImages asked) {
    float[] logits = critic.logits(asked);
    return IntStream.range(0, logits.length)
        .mapToDouble(n -> 1 / (1 + Math.exp(-logits[n])))
        .toArray();
  }
}
