package dev.hale.experiment;

import dev.hale.data.DataException;
import dev.hale.data.prepared.Heights;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.data.prepared.PreparedSlice;
import dev.hale.data.prepared.Split;
import dev.hale.detection.ChainCache;
import dev.hale.detection.CombinedSettings;
import dev.hale.detection.CriticAttribution;
import dev.hale.detection.DetectionMethod;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.FusionSettings;
import dev.hale.detection.GateSettings;
import dev.hale.detection.MethodSettings;
import dev.hale.detection.RegenerationSettings;
import dev.hale.detection.RegenerationSettings.Levels;
import dev.hale.detection.SliceDetector;
import dev.hale.detection.ThresholdRule;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.Device;
import dev.hale.evaluation.ImageLabelThreshold;
import dev.hale.evaluation.Quantile;
import dev.hale.evaluation.Thresholds;
import dev.hale.evaluation.Voxels;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Measures what a detector's map says on slices of which the label is known, which sets a threshold
 * without any mask: a percentile over the brain pixels of healthy ones, or what the labels of
 * healthy and diseased ones speak for.
 */
public final class Calibration {
  private static final long SEED = 1; // of which slices are drawn

  /**
   * Rows of the slices to measure on.
   *
   * @param healthy at least one
   * @param diseased none, or as many
   */
  public record Rows(List<Integer> healthy, List<Integer> diseased) {
    /** How many there are. */
    public int count() {
      return healthy.size() + diseased.size();
    }
  }

  private Calibration() {}

  /**
   * The rows that a method's threshold is measured on, drawn at random: healthy ones, or by image
   * labels diseased ones and healthy ones of like height, because what is healthy looks alike then.
   *
   * @throws DataException where the split has no such slice
   */
  public static Rows rows(PreparedSet set, DetectionMethod method, CalibrationSettings settings) {
    List<Integer> healthy = healthyRows(set, settings.split(), set.slices().size());
    if (settings.settings(method).threshold() != ThresholdRule.IMAGE_LABELS) {
      return new Rows(first(healthy, settings.slices()), List.of());
    }
    return labelledRows(set, settings, settings.slices());
  }

  /**
   * Rows of diseased slices, drawn at random, and of as many healthy ones of like height.
   *
   * @param most diseased ones at most
   * @throws DataException where the split has no such slice
   */
  static Rows labelledRows(PreparedSet set, CalibrationSettings settings, int most) {
    List<Integer> healthy = healthyRows(set, settings.split(), set.slices().size());
    String glob = settings.diseasedSubjects().orElse("*");
    PathMatcher wanted = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    List<Integer> diseased =
        rows(
            set,
            settings.split(),
            slice -> slice.diseased() && wanted.matches(Path.of(slice.subject())));
    if (diseased.isEmpty()) {
      throw new DataException(
          ("%s has no diseased slice of subjects \"%s\" in its %s split to calibrate on; change"
                  + " calibration.diseased_subjects or calibration.split")
              .formatted(set.folder(), glob, title(settings.split())));
    }
    List<Integer> drawn = first(diseased, most);
    Heights heights =
        new Heights(set.slices(), healthy.stream().mapToInt(Integer::intValue).toArray());
    return new Rows(heights.like(drawn, new Random(SEED)), drawn);
  }

  /**
   * The rows of the healthy slices to measure on.
   *
   * @param most as many as are wanted, drawn at random
   * @throws DataException where the split has no healthy slice
   */
  public static List<Integer> healthyRows(PreparedSet set, Split split, int most) {
    List<Integer> rows = rows(set, split, slice -> !slice.diseased());
    if (rows.isEmpty()) {
      throw new DataException(
          "%s has no healthy slice to calibrate on in its %s split; put subjects there or choose"
                  .formatted(set.folder(), title(split))
              + " another with calibration.split");
    }
    return first(rows, most);
  }

  /** Rows in random order. */
  private static List<Integer> rows(PreparedSet set, Split split, Predicate<PreparedSlice> wanted) {
    List<Integer> rows =
        new ArrayList<>(
            IntStream.range(0, set.slices().size())
                .filter(row -> set.slices().get(row).split() == split)
                .filter(row -> wanted.test(set.slices().get(row)))
                .boxed()
                .toList());
    Collections.shuffle(rows, new Random(SEED));
    return rows;
  }

  private static List<Integer> first(List<Integer> rows, int most) {
    return rows.subList(0, Math.min(most, rows.size()));
  }

  private static String title(Split split) {
    return split.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Throws what {@link #measure} would about the networks and the device, before the data are
   * prepared for it.
   *
   * @throws dev.hale.engine.DeviceException if the device is absent
   * @throws CheckpointException where a network is missing or does not fit
   */
  public static void requireNetworks(
      Path folder, DetectionMethod method, CalibrationSettings settings, Device device) {
    MethodSettings how = settings.settings(method).withThreshold(ThresholdRule.OTSU);
    if (how instanceof GateSettings gate) {
      how = gate.withGateLevel(1);
    } else if (how instanceof FusionSettings fusion) {
      how = fusion.withCounterfactualWeight(0.5);
    } else if (how instanceof RegenerationSettings regeneration) {
      FusionSettings fusion = regeneration.fusion().withCounterfactualWeight(0.5);
      how = regeneration.withLevels(fusion, new Levels(0, 0, 0));
    }
    DetectorConfig config = DetectorConfig.unmeasured(method, how, settings.percentile());
    new SliceDetector(folder, config, DetectorOptions.on(device)).close();
  }

  /**
   * Measures a method's label-free threshold, and before that the level of a gate, the weight of
   * fusion or the levels of a regeneration.
   *
   * @param folder the model's
   * @param rows of the set, for this method
   * @param device where the networks compute
   * @param chains shared with other methods that are measured on the same rows
   * @return how the method runs from now on
   * @throws DataException where the set was prepared otherwise than the networks' training images
   * @throws CheckpointException where a network is missing
   */
  public static DetectorConfig measure(
      Path folder,
      DetectionMethod method,
      CalibrationSettings settings,
      PreparedSet set,
      Rows rows,
      Device device,
      ChainCache chains,
      DetectionProgress progress) {
    Measurement measurement = new Measurement(folder, settings, set, device, chains);
    MethodSettings how = settings.settings(method).withThreshold(ThresholdRule.OTSU);
    DetectionProgress left = progress;
    Double marked = null;
    if (how instanceof GateSettings gate) {
      how = gate.withGateLevel(gateLevel(measurement, gate, rows));
    } else if (how instanceof FusionSettings fusion) {
      how = fusion.withCounterfactualWeight(weight(measurement, fusion, rows, progress));
      left = DetectionProgress.NONE; // the chains have been followed
    } else if (how instanceof RegenerationSettings regeneration) {
      Levelled levelled = levels(measurement, regeneration, rows, progress);
      how = levelled.settings();
      marked = levelled.marked();
      left = DetectionProgress.NONE;
    }
    Values values = measurement.values(method, how, rows, left);
    double percentile = percentile(values.healthy(), settings.percentile());
    Double byLabels = values.byLabels(percentile);
    if (marked != null) {
      byLabels = values.marking(marked);
    }
    return new DetectorConfig(
        method,
        how.withThreshold(settings.settings(method).threshold()),
        settings.percentile(),
        percentile,
        byLabels);
  }

  private static double percentile(List<float[]> images, double percent) {
    return Thresholds.percentile(pool(images), null, percent);
  }

  private static float[] pool(List<float[]> images) {
    return Voxels.pool(images, Collections.nCopies(images.size(), null));
  }

  private static double gateLevel(Measurement measurement, GateSettings gate, Rows rows) {
    double percentile = measurement.settings().gatePercentile();
    double level = percentile(measurement.healthyAttribution(gate, rows), percentile);
    if (!(level > 0)) {
      throw new DataException(
          "the attribution is 0 at percentile %s of healthy slices, so no gate can be set; raise"
                  .formatted(percentile)
              + " calibration.gate_percentile");
    }
    return level;
  }

  private static double weight(
      Measurement measurement, FusionSettings fusion, Rows rows, DetectionProgress progress) {
    Values difference =
        measurement.values(DetectionMethod.COUNTERFACTUAL, fusion.counterfactual(), rows, progress);
    List<float[]> attribution = measurement.healthyAttribution(fusion, rows);
    double weight = FusionSettings.balancedWeight(pool(difference.healthy()), pool(attribution));
    if (Double.isNaN(weight)) {
      throw new DataException(
          "the counterfactual map or the attribution does not vary over healthy slices, so the two"
              + " cannot be fused; look at them with hale detect --method counterfactual and"
              + " --method attribution");
    }
    return weight;
  }

  /**
   * Where the fusion map sets a gate, and what logit the critic's verdict begins at: of the highest
   * values of healthy slices, and of their logits, the percentile that the settings name.
   */
  private static Levelled levels(
      Measurement measurement,
      RegenerationSettings regeneration,
      Rows rows,
      DetectionProgress progress) {
    FusionSettings parent = regeneration.fusion();
    FusionSettings fusion =
        parent.withCounterfactualWeight(weight(measurement, parent, rows, progress));
    Values values =
        measurement.values(DetectionMethod.COMBINED_FUSION, fusion, rows, DetectionProgress.NONE);
    double percentile = percentile(values.healthy(), measurement.settings().percentile());
    Double byLabels = values.byLabels(percentile);
    double[] highest = values.healthy().stream().mapToDouble(Calibration::highest).toArray();
    double healthy = regeneration.chain().healthyPercentile() / 100;
    double threshold = byLabels == null ? percentile : byLabels;
    double reach = regeneration.chain().gateLevel() * threshold;
    double seed = Math.max(reach, quantile(highest, healthy));
    double verdict = quantile(measurement.logits(rows.healthy()), healthy);
    return new Levelled(
        regeneration.withLevels(fusion, new Levels(seed, reach, verdict)),
        rows.diseased().isEmpty() ? null : values.markedAt(threshold));
  }

  /**
   * How a regeneration runs, and how much it is to mark. Making new raises the map in diseased
   * slices alone, false alarms included, of which image labels would take a part for disease; so
   * the map decides what is marked, and the fusion how much.
   *
   * @param marked share of the diseased rows that the fusion marks; null without such rows
   */
  private record Levelled(RegenerationSettings settings, Double marked) {}

  private static double highest(float[] values) {
    float highest = 0;
    for (float value : values) {
      highest = Math.max(highest, value);
    }
    return highest;
  }

  private static double quantile(double[] values, double share) {
    Arrays.sort(values);
    return Quantile.of(values, share);
  }

  /** Each row's map over its brain. */
  private record Values(List<float[]> healthy, List<float[]> diseased) {
    /** What image labels speak for; null where there are healthy rows alone. */
    Double byLabels(double percentile) {
      return diseased.isEmpty() ? null : ImageLabelThreshold.of(healthy, diseased, percentile);
    }

    /** The share of the diseased rows that exceeds a threshold. */
    double markedAt(double threshold) {
      float[] all = pool(diseased);
      long above = 0;
      for (float value : all) {
        above += value > threshold ? 1 : 0;
      }
      return above / (double) all.length;
    }

    /** The threshold that a share of the diseased rows exceeds. */
    double marking(double share) {
      return Thresholds.percentile(pool(diseased), null, 100 * (1 - share));
    }
  }

  /** Prepared slices with their brains. */
  private record Images(float[][] images, byte[][] brains) {}

  private record Measurement(
      Path folder,
      CalibrationSettings settings,
      PreparedSet set,
      Device device,
      ChainCache chains) {
    /** What a combination's critic says of healthy slices. */
    List<float[]> healthyAttribution(CombinedSettings combined, Rows rows) {
      return values(
              DetectionMethod.ATTRIBUTION,
              combined.attribution().withThreshold(ThresholdRule.OTSU),
              new Rows(rows.healthy(), List.of()),
              DetectionProgress.NONE)
          .healthy();
    }

    Values values(
        DetectionMethod method, MethodSettings how, Rows rows, DetectionProgress progress) {
      DetectorConfig config = DetectorConfig.unmeasured(method, how, settings.percentile());
      try (SliceDetector detector =
          new SliceDetector(folder, config, DetectorOptions.on(device), chains)) {
        if (!set.preprocessing().equals(detector.preprocessing())) {
          throw new DataException(
              "%s was prepared otherwise than the model's training images: %s, the model's were %s"
                  .formatted(set.folder(), set.preprocessing(), detector.preprocessing()));
        }
        List<Integer> all = new ArrayList<>(rows.healthy());
        all.addAll(rows.diseased());
        Images read = images(all);
        float[][] maps = detector.maps(read.images(), read.brains(), progress);
        List<float[]> inside =
            IntStream.range(0, maps.length)
                .mapToObj(i -> Voxels.inside(maps[i], read.brains()[i]))
                .toList();
        int healthy = rows.healthy().size();
        return new Values(inside.subList(0, healthy), inside.subList(healthy, inside.size()));
      }
    }

    private Images images(List<Integer> rows) {
      float[][] images = new float[rows.size()][set.channels() * set.imageSize() * set.imageSize()];
      byte[][] brains = new byte[rows.size()][];
      for (int i = 0; i < images.length; i++) {
        set.image(rows.get(i), images[i], 0);
        brains[i] = set.brain(rows.get(i));
      }
      return new Images(images, brains);
    }

    /** The critic's, above 0 for diseased. */
    double[] logits(List<Integer> rows) {
      CriticAttribution.Settings plain = CriticAttribution.Settings.DEFAULT.on(device);
      try (CriticAttribution critic = new CriticAttribution(folder, plain)) {
        float[] logits = critic.logits(images(rows).images());
        return IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).toArray();
      }
    }
  }
}
