package dev.hale.detection.method;

import dev.hale.evaluation.ImageLabelThreshold;
import dev.hale.evaluation.RegionMap;
import dev.hale.evaluation.Thresholds;
import dev.hale.evaluation.Voxels;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;

/** What a method may find out while it is calibrated: maps of slices of known label, no masks. */
public interface Measurement {
  /** What the configuration says. */
  Recipe recipe();

  /** Maps of all slices by one of the model's methods, at Otsu's threshold or none. */
  <S extends MethodSettings> Values maps(LearnedMethod<S> method, S settings);

  /** Likewise, of the healthy slices alone. */
  <S extends MethodSettings> List<float[]> healthyMaps(LearnedMethod<S> method, S settings);

  /** The healthy slices themselves. */
  Slices healthySlices();

  /** The critic's logits of the healthy slices, above 0 for diseased. */
  double[] healthyLogits();

  /** The percentile of healthy brain pixels that counts as healthy at least, in (0, 100). */
  double percentile();

  /**
   * Model images. S is the image size, C the number of channels.
   *
   * @param channels their names
   * @param images {@code [n][(c * S + j) * S + i]} in [-1, 1]
   * @param brains {@code [n][j * S + i]}, 0 or 1
   */
  record Slices(List<String> channels, float[][] images, byte[][] brains) {}

  /**
   * Each slice's map over its brain.
   *
   * @param diseased none where healthy slices are measured alone
   */
  record Values(List<RegionMap> healthy, List<RegionMap> diseased) {
    /** A percentile over the brain pixels of all healthy slices. */
    public double percentile(double percent) {
      return Thresholds.percentile(RegionMap.pool(healthy), null, percent);
    }

    /**
     * The threshold that the labels speak for; null where there are healthy slices alone.
     *
     * @param least threshold
     */
    public Double byLabels(double least) {
      return diseased.isEmpty() ? null : ImageLabelThreshold.of(healthy, diseased, least);
    }

    /** That threshold, at least a percentile of healthy slices; the percentile where it is null. */
    public double threshold(double percent) {
      double least = percentile(percent);
      Double byLabels = byLabels(least);
      return byLabels == null ? least : byLabels;
    }

    /**
     * How much of diseased slices is marked at the threshold that the labels speak for; empty where
     * there are healthy slices alone.
     *
     * @param percent of healthy slices that this threshold exceeds at least
     */
    public OptionalDouble marked(double percent) {
      Double threshold = byLabels(percentile(percent));
      return threshold == null ? OptionalDouble.empty() : OptionalDouble.of(markedAt(threshold));
    }

    /** The share of the diseased slices' brain pixels that exceeds a threshold. */
    public double markedAt(double threshold) {
      return RegionMap.shareAbove(diseased, threshold);
    }

    /** The threshold that a share of the diseased slices' brain pixels exceeds. */
    public double marking(double share) {
      return Thresholds.percentile(RegionMap.pool(diseased), null, 100 * (1 - share));
    }
  }

  /** All values of all images. */
  static float[] pool(List<float[]> images) {
    return Voxels.pool(images, Collections.nCopies(images.size(), null));
  }
}
