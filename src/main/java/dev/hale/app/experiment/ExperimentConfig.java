package dev.hale.app.experiment;

import dev.hale.app.config.ConfigFile;
import dev.hale.app.train.network.NetworkKinds;
import dev.hale.engine.Precision;
import dev.hale.scan.DataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * An experiment, as a file in {@code experiments/} describes it: which methods, trained how, tested
 * on whom.
 *
 * @param name of its folder below {@code out/experiments}
 * @param title in a few words
 * @param config the training configuration, a file in {@code configs/}
 * @param set values that go before that file's, each {@code a.b.c=value}
 * @param networks files of networks that are taken as they are instead of being trained, each named
 *     as {@code hale train} names it, such as {@code diffusion.safetensors}; the small version
 *     trains its own
 * @param methods their names, in the order of the tables
 * @param reference the method that every other is compared with, one of {@code methods}
 * @param parents methods that others are made of; those that take part are compared with all others
 * @param test on whom
 * @param precision in which networks calibrate and detect; float32 where it is missing
 * @param seed of whatever detection draws at random, and of the intervals; trainings have their own
 *     in the configuration
 * @param seeds each trains every network anew, and detects; they go before {@code seed} and the
 *     configuration's. Absent for one training with the latter
 * @param strata a column of the table, such as {@code view}, within which images are told apart,
 *     too, by maps and by critics: where it goes with the disease, all pairs flatter
 * @param quick what is different in the small version
 */
public record ExperimentConfig(
    String name,
    String title,
    Path config,
    Optional<List<String>> set,
    Optional<List<Path>> networks,
    List<String> methods,
    String reference,
    Optional<List<String>> parents,
    TestSettings test,
    Optional<Precision> precision,
    long seed,
    Optional<List<Long>> seeds,
    Optional<String> strata,
    Optional<QuickSettings> quick) {
  private static final int QUICK_SEEDS = 2; // enough for a spread
  private static final List<String> PARENTS = List.of("counterfactual", "attribution");

  public ExperimentConfig {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw new DataException(
          "name is \"%s\", expected letters, digits, dots and dashes: a folder is named after it"
              .formatted(name));
    }
    requireMethods(methods, reference);
    methods = List.copyOf(methods);
    networks.ifPresent(ExperimentConfig::requireNetworks);
    seeds.ifPresent(ExperimentConfig::requireSeeds);
    quick.flatMap(QuickSettings::methods).ifPresent(few -> requireMethods(few, reference));
  }

  private static void requireMethods(List<String> methods, String reference) {
    if (methods.isEmpty() || new LinkedHashSet<>(methods).size() < methods.size()) {
      throw new DataException("methods are %s, expected each once".formatted(methods));
    }
    if (!methods.contains(reference)) {
      throw new DataException(
          "reference is %s, expected one of the methods: %s"
              .formatted(reference, String.join(", ", methods)));
    }
  }

  private static void requireSeeds(List<Long> seeds) {
    if (seeds.isEmpty() || new LinkedHashSet<>(seeds).size() < seeds.size()) {
      throw new DataException(
          "seeds are %s, expected at least one, each once; leave the key out for one training with the configuration's seed"
              .formatted(seeds));
    }
  }

  private static void requireNetworks(List<Path> networks) {
    List<String> known =
        NetworkKinds.all().stream().map(network -> network.title() + ".safetensors").toList();
    for (Path file : networks) {
      if (!known.contains(String.valueOf(file.getFileName()))) {
        throw new DataException(
            "networks names %s, expected a file called one of %s"
                .formatted(file, String.join(", ", known)));
      }
    }
  }

  /**
   * Reads a file.
   *
   * @throws dev.hale.app.config.ConfigException in one line with the place of the mistake
   */
  public static ExperimentConfig read(Path file) {
    return ConfigFile.read(file, ExperimentConfig.class, List.of());
  }

  /** The small version: fewer methods, subjects and seeds, other values; named {@code …-quick}. */
  public ExperimentConfig small() {
    QuickSettings less =
        quick.orElseThrow(
            () -> new DataException("experiment %s has no section quick".formatted(name)));
    List<String> values = new ArrayList<>(overrides());
    values.addAll(less.set());
    return new ExperimentConfig(
        name + "-quick",
        title + ", small version",
        config,
        Optional.of(values),
        Optional.empty(),
        less.methods().orElse(methods),
        reference,
        parents,
        test.atMost(less.testSubjects()),
        precision,
        seed,
        seeds.map(all -> all.subList(0, Math.min(QUICK_SEEDS, all.size()))),
        strata,
        Optional.empty());
  }

  /**
   * The same with further values before those of the training configuration.
   *
   * @param values each {@code a.b.c=value}; they go before the experiment's own, and those of its
   *     small version
   */
  public ExperimentConfig with(List<String> values) {
    List<String> all = new ArrayList<>(overrides());
    all.addAll(values);
    return new ExperimentConfig(
        name,
        title,
        config,
        Optional.of(all),
        networks,
        methods,
        reference,
        parents,
        test,
        precision,
        seed,
        seeds,
        strata,
        quick.map(small -> small.with(values)));
  }

  /** Values that go before those of the training configuration. */
  public List<String> overrides() {
    return set.orElse(List.of());
  }

  /** In which numbers networks calibrate and detect. */
  public Precision precisionOrFloat32() {
    return precision.orElse(Precision.FLOAT32);
  }

  /** The seed that comes first, or the only one. */
  public long firstSeed() {
    return seeds.map(all -> all.get(0)).orElse(seed);
  }

  /** Files of networks that are not trained. */
  public List<Path> givenNetworks() {
    return networks.orElse(List.of());
  }

  /** The parents that take part. */
  public List<String> presentParents() {
    return parents.orElse(PARENTS).stream().filter(methods::contains).toList();
  }
}
