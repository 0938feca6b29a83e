package dev.hale.app.train;

import dev.hale.app.recipe.CalibrationSettings;
import dev.hale.app.train.network.JudgeKind;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.SliceImages;
import dev.hale.detection.method.ChainCache;
import dev.hale.detection.method.CriticAttribution;
import dev.hale.detection.method.CriticAttribution.Settings;
import dev.hale.detection.method.LearnedMethod;
import dev.hale.detection.method.Measurement;
import dev.hale.detection.method.MethodSettings;
import dev.hale.evaluation.LabelCriterion;
import dev.hale.evaluation.OracleDice;
import dev.hale.evaluation.Overlap;
import dev.hale.evaluation.RankCorrelation;
import dev.hale.evaluation.Ranking;
import dev.hale.evaluation.RegionMap;
import dev.hale.evaluation.Thresholds;
import dev.hale.evaluation.Voxels;
import dev.hale.scan.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Chooses a method's settings by image labels alone: one key after the other is tried with each of
 * its values, and the value that a criterion likes best is kept while the next key is tried.
 */
public final class CalibrationSearch {
  /** The key whose values are model folders: which of several trainings to take. */
  public static final String MODEL = "model";

  /** What says which slices are looked at has to be the same for all. */
  private static final Set<String> FIXED =
      Set.of(
          "calibration.slices",
          "calibration.split",
          "calibration.diseased_subjects",
          "calibration.percentile");

  /**
   * A key of the configuration below {@code calibration}, or {@value #MODEL}, and what to try.
   *
   * @param values as YAML; for {@value #MODEL} folders
   */
  public record Axis(String key, List<String> values) {
    public Axis {
      if (!key.equals(MODEL) && (!key.startsWith("calibration.") || FIXED.contains(key))) {
        throw new IllegalArgumentException(
            ("%s cannot be searched; choose a key below calibration, but for those that say which"
                    + " slices are looked at, or %s")
                .formatted(key, MODEL));
      }
      values = List.copyOf(values);
    }

    /**
     * From {@code KEY=VALUE,VALUE}.
     *
     * @throws IllegalArgumentException where that is not what it is
     */
    public static Axis parse(String text) {
      int equals = text.indexOf('=');
      List<String> values = Stream.of(text.substring(equals + 1).split(",")).toList();
      if (equals < 1 || values.stream().anyMatch(String::isBlank)) {
        throw new IllegalArgumentException(
            "\"%s\": expected KEY=VALUE,VALUE such as calibration.smoothing=0,1,2".formatted(text));
      }
      return new Axis(text.substring(0, equals), values.stream().map(String::strip).toList());
    }
  }

  /** What is tried where nothing is said: how wide maps are smoothed. */
  public static final List<Axis> USUAL =
      List.of(
          new Axis("calibration.attribution.smoothing", List.of("1", "1.5", "2", "3")),
          new Axis("calibration.attribution.smoothing_across", List.of("0", "0.5", "1")),
          new Axis("calibration.smoothing", List.of("0", "1", "2", "3")));

  /**
   * One combination of values.
   *
   * @param model folder
   * @param changed what differs from the configuration, by key
   * @param config how the method runs with it
   * @param criteria what image labels say of it
   * @param truth what masks say, which chooses nothing; empty where they were not asked
   */
  public record Trial(
      Path model,
      Map<String, String> changed,
      DetectorConfig config,
      Map<LabelCriterion, Double> criteria,
      Optional<Truth> truth) {}

  /**
   * How good the maps are over the brain pixels of all slices that were looked at. Needs the truth.
   *
   * @param dice at the trial's threshold; at Otsu's, not measured: NaN
   * @param oracleDice at the best threshold
   * @param averagePrecision without a threshold
   */
  public record Truth(double dice, double oracleDice, double averagePrecision) {}

  /** What two trials must not have in common. */
  private record Key(Path model, MethodSettings settings) {}

  private record Choice(Path model, Map<String, String> changed) {
    Choice with(String key, String value) {
      if (key.equals(MODEL)) {
        return new Choice(Path.of(value), changed);
      }
      Map<String, String> more = new LinkedHashMap<>(changed);
      more.put(key, value);
      return new Choice(model, more);
    }
  }

  private final LearnedMethod<?> method;
  private final Function<List<String>, CalibrationSettings> read;
  private final PreparedSet set;
  private final Calibration.Rows rows;
  private final DetectorOptions options;
  private final boolean masks;
  private final Map<Path, ChainCache> chains = new HashMap<>();
  private final Set<Key> tried = new HashSet<>();

  /**
   * A search on the slices that the configuration itself is calibrated on, as many diseased as
   * healthy ones.
   *
   * @param read the configuration with such {@code KEY=VALUE} put in
   * @param masks whether the set's masks are asked, too, for comparison
   * @throws dev.hale.scan.DataException where the set has no healthy or no diseased slice
   */
  public CalibrationSearch(
      LearnedMethod<?> method,
      Function<List<String>, CalibrationSettings> read,
      PreparedSet set,
      DetectorOptions options,
      boolean masks) {
    this.method = method;
    this.read = read;
    this.set = set;
    this.options = options;
    this.masks = masks;
    CalibrationSettings settings = read.apply(List.of());
    this.rows = Calibration.labelledRows(set, settings, settings.slices());
  }

  /** The slices that are looked at. */
  public Calibration.Rows rows() {
    return rows;
  }

  /**
   * Tries the configuration as it is, then each key's values in turn. What comes to the same
   * settings as an earlier trial is left out.
   *
   * @param model where the search begins
   * @param criterion empty for {@link #liking}'s own
   * @param told each trial as it is finished
   * @return all trials; the last of {@link #best} is what was chosen
   */
  public List<Trial> run(
      Path model, List<Axis> axes, Optional<LabelCriterion> criterion, Consumer<Trial> told) {
    List<Trial> trials = new ArrayList<>();
    Choice chosen = new Choice(model, Map.of());
    attempt(chosen).ifPresent(trials::add);
    if (Double.isNaN(liking(trials, criterion)[0])) {
      throw new DataException(
          "%s has neither a judge nor a critic, which %s asks; choose by another criterion"
              .formatted(model, LabelCriterion.DELETION));
    }
    trials.forEach(told);
    for (Axis axis : axes) {
      Choice before = chosen;
      for (String value : axis.values()) {
        Optional<Trial> trial = attempt(before.with(axis.key(), value));
        trial.ifPresent(trials::add);
        trial.ifPresent(told);
      }
      Trial best = best(trials, criterion);
      chosen = new Choice(best.model(), best.changed());
    }
    return trials;
  }

  /** The trial that is liked best, the first of equals. */
  public static Trial best(List<Trial> trials, Optional<LabelCriterion> criterion) {
    double[] liking = liking(trials, criterion);
    int best = 0;
    for (int n = 1; n < liking.length; n++) {
      best = liking[n] > liking[best] ? n : best;
    }
    return trials.get(best);
  }

  /**
   * How much each trial is liked. By a criterion, or else by the sum of the trials' ranks by {@link
   * LabelCriterion#DELETION} and by {@link LabelCriterion#INDEX}: the one likes maps that are too
   * sharp, the other such that are too blurred.
   */
  public static double[] liking(List<Trial> trials, Optional<LabelCriterion> criterion) {
    if (criterion.isPresent()) {
      return values(trials, criterion.get());
    }
    double[] deletion = values(trials, LabelCriterion.DELETION);
    if (Arrays.stream(deletion).anyMatch(Double::isNaN)) {
      return deletion;
    }
    double[] first = RankCorrelation.ranks(deletion);
    double[] second = RankCorrelation.ranks(values(trials, LabelCriterion.INDEX));
    return IntStream.range(0, first.length).mapToDouble(n -> first[n] + second[n]).toArray();
  }

  private static double[] values(List<Trial> trials, LabelCriterion criterion) {
    return trials.stream().mapToDouble(trial -> trial.criteria().get(criterion)).toArray();
  }

  /** Empty where the settings were tried before. */
  private Optional<Trial> attempt(Choice choice) {
    CalibrationSettings settings =
        read.apply(
            choice.changed().entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList());
    if (!tried.add(new Key(choice.model(), method.settings(settings)))) {
      return Optional.empty();
    }
    Calibration.Measured measured =
        Calibration.measure(
            choice.model(),
            method,
            settings,
            set,
            rows,
            options,
            chains.computeIfAbsent(choice.model(), folder -> ChainCache.quarterOfHeap()),
            DetectionProgress.NONE);
    List<RegionMap> healthy = measured.values().healthy();
    List<RegionMap> diseased = measured.values().diseased();
    Double stored = measured.config().threshold();
    double threshold = stored == null ? measured.config().healthyThreshold() : stored;
    Map<LabelCriterion, Double> criteria = new EnumMap<>(LabelCriterion.class);
    LabelCriterion.Maps maps =
        new LabelCriterion.Maps(healthy, diseased, threshold, deletion(choice.model()));
    for (LabelCriterion criterion : LabelCriterion.values()) {
      criteria.put(criterion, criterion.of(maps));
    }
    Optional<Truth> truth =
        masks ? Optional.of(truth(measured.values(), stored)) : Optional.empty();
    return Optional.of(
        new Trial(choice.model(), choice.changed(), measured.config(), criteria, truth));
  }

  /** Asks the judge of a model folder, who has made no map, or else its critic. */
  private ToDoubleFunction<List<RegionMap>> deletion(Path model) {
    for (String critic : List.of(JudgeKind.TITLE, "critic")) {
      Path file = model.resolve(critic + ".safetensors");
      if (Files.exists(file)) {
        return maps -> {
          Settings plain = Settings.DEFAULT.on(options.device());
          try (CriticAttribution asked = new CriticAttribution(file, plain)) {
            SliceImages slices = SetImages.withNeighbours(set, rows.diseased(), asked.context());
            return new DeletionTest(asked, slices).drop(maps);
          }
        };
      }
    }
    return maps -> Double.NaN;
  }

  private Truth truth(Measurement.Values values, Double threshold) {
    float[] all =
        RegionMap.pool(
            Stream.concat(values.healthy().stream(), values.diseased().stream()).toList());
    List<byte[]> brains = new ArrayList<>();
    List<byte[]> lesions = new ArrayList<>();
    for (int row : Stream.concat(rows.healthy().stream(), rows.diseased().stream()).toList()) {
      brains.add(set.brain(row));
      lesions.add(lesion(row));
    }
    byte[] lesion = Voxels.poolMasks(lesions, brains);
    double dice =
        threshold == null
            ? Double.NaN
            : Overlap.of(Thresholds.above(all, threshold, null), lesion, null).dice();
    return new Truth(dice, OracleDice.of(all, lesion, null).dice(), Ranking.auprc(all, lesion));
  }

  private byte[] lesion(int row) {
    byte[] lesion = set.lesion(row);
    if (lesion == null) {
      throw new DataException(
          "%s has no mask of %s to compare with"
              .formatted(set.folder(), set.slices().get(row).subject()));
    }
    return lesion;
  }
}
