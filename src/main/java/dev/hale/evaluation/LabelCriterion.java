package dev.hale.evaluation;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * How good a map is as far as image labels can tell, higher for better: what to choose settings by
 * where there is no mask. Which of them follows Dice best was measured: docs/lab/label-criteria.md.
 */
public enum LabelCriterion {
  /** Area under the ROC curve of images, each scored by the 99th percentile of its map. */
  IMAGE_AUROC {
    @Override
    public double of(Maps maps) {
      return auroc(scores(maps.healthy()), scores(maps.diseased()));
    }
  },
  /** The chance that a pixel of a diseased image is higher than one of a healthy image. */
  PIXEL_AUROC {
    @Override
    public double of(Maps maps) {
      return auroc(RegionMap.pool(maps.healthy()), RegionMap.pool(maps.diseased()));
    }
  },
  /** {@link ImageLabelThreshold.Found#index} of the map without its rims. */
  CORE_INDEX {
    @Override
    public double of(Maps maps) {
      return ImageLabelThreshold.find(maps.healthy(), maps.diseased(), 0).index();
    }
  },
  /** The same of the whole map. */
  INDEX {
    @Override
    public double of(Maps maps) {
      return ImageLabelThreshold.find(rimless(maps.healthy()), rimless(maps.diseased()), 0).index();
    }
  },
  /** (D − H) / √D of the whole map at the threshold itself; 0 where H is larger. */
  CUT_INDEX {
    @Override
    public double of(Maps maps) {
      double d = RegionMap.shareAbove(maps.diseased(), maps.threshold());
      return d == 0
          ? 0
          : Math.max(0, d - RegionMap.shareAbove(maps.healthy(), maps.threshold())) / Math.sqrt(d);
    }
  },
  /**
   * How soon a critic calls diseased images healthy whose highest pixels are taken out; NaN where
   * there is no critic.
   */
  DELETION {
    @Override
    public double of(Maps maps) {
      return maps.deletion().applyAsDouble(maps.diseased());
    }
  };

  /**
   * What is measured.
   *
   * @param healthy maps of healthy images, at least 0 everywhere
   * @param diseased the same of diseased images
   * @param threshold at which detection would cut them
   * @param deletion by how much a critic's probability of disease falls when what the maps of the
   *     diseased images mark is taken out
   */
  public record Maps(
      List<RegionMap> healthy,
      List<RegionMap> diseased,
      double threshold,
      ToDoubleFunction<List<RegionMap>> deletion) {
    public Maps {
      if (healthy.isEmpty() || diseased.isEmpty()) {
        throw new IllegalArgumentException(
            "there are maps of %d healthy and %d diseased images, expected some of both"
                .formatted(healthy.size(), diseased.size()));
      }
    }
  }

  /** Measures maps of some images. */
  public abstract double of(Maps maps);

  /** The name on command lines and in tables, such as {@code image-auroc}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static double auroc(float[] healthy, float[] diseased) {
    float[] all = new float[healthy.length + diseased.length];
    System.arraycopy(healthy, 0, all, 0, healthy.length);
    System.arraycopy(diseased, 0, all, healthy.length, diseased.length);
    byte[] labels = new byte[all.length];
    Arrays.fill(labels, healthy.length, all.length, (byte) 1);
    return Ranking.auroc(all, labels);
  }

  private static float[] scores(List<RegionMap> maps) {
    float[] scores = new float[maps.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] =
          (float) Thresholds.percentile(maps.get(i).values(), null, SliceMetrics.SCORE_PERCENTILE);
    }
    return scores;
  }

  private static List<RegionMap> rimless(List<RegionMap> maps) {
    return maps.stream()
        .map(map -> new RegionMap(map.values(), new boolean[map.values().length]))
        .toList();
  }
}
