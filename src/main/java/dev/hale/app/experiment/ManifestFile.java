package dev.hale.app.experiment;

import dev.hale.app.config.ConfigFile;
import dev.hale.app.experiment.report.ExperimentManifest;
import dev.hale.app.experiment.report.ResultFiles;
import dev.hale.app.recipe.DataSettings;
import dev.hale.app.recipe.TrainingConfig;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.data.prepared.PreparedSlice;
import dev.hale.data.prepared.Split;
import dev.hale.engine.Device;
import dev.hale.io.Sha256;
import dev.hale.scan.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keeps {@code manifest.json} while an experiment runs, so that a run that is killed leaves a true
 * one. A later run in the same folder must train as the earlier ones did; it may have other methods
 * and test subjects.
 */
final class ManifestFile {
  private final Path file;
  private final ExperimentConfig experiment;
  private final boolean quick;
  private final String command;
  private final Map<String, ExperimentManifest.FoldData> folds = new LinkedHashMap<>();
  private final Map<String, String> networks = new TreeMap<>();
  private final Map<String, String> subjects = new TreeMap<>();
  private final List<ExperimentManifest.Run> runs = new ArrayList<>();
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private final Map<String, String> versions = Environment.versions();
  private final Map<String, String> machine;
  private final long begin = System.nanoTime();

  /** Goes on with the manifest in the folder, or begins one. */
  ManifestFile(
      Path out, ExperimentConfig experiment, boolean quick, String command, Device device) {
    this.file = out.resolve("manifest.json");
    this.experiment = experiment;
    this.quick = quick;
    this.command = command;
    machine = Environment.machine(device);
    if (Files.exists(file)) {
      ExperimentManifest before = ResultFiles.read(file, ExperimentManifest.class);
      folds.putAll(before.folds());
      networks.putAll(before.networks());
      subjects.putAll(before.subjects());
      runs.addAll(before.runs());
      seconds.putAll(before.seconds());
    }
    runs.add(
        new ExperimentManifest.Run(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(), null));
  }

  /**
   * Throws where an earlier run trained the fold otherwise.
   *
   * @throws DataException with the first line of the configuration that differs
   */
  void requireSame(Fold fold) {
    List<String> now = configuration(fold).lines().toList();
    folds.forEach(
        (name, before) -> {
          List<String> then = before.configuration().lines().toList();
          if (name.equals(fold.name())) {
            requireSame(then, now);
          } else if (shared(name).equals(shared(fold.name()))) {
            requireSame(data(then), data(now));
          }
        });
  }

  private void requireSame(List<String> then, List<String> now) {
    for (int line = 0; line < Math.max(then.size(), now.size()); line++) {
      String one = line < then.size() ? then.get(line).strip() : "nothing";
      String two = line < now.size() ? now.get(line).strip() : "nothing";
      if (!one.equals(two)) {
        throw new DataException(
            ("%s holds results of another configuration: there \"%s\", now \"%s\"; remove it or"
                    + " choose another --out")
                .formatted(file.getParent(), one, two));
      }
    }
  }

  /** What trainings with different seeds have in common: the fold's data. */
  private static String shared(String fold) {
    int slash = fold.indexOf('/');
    return slash < 0 ? fold : fold.substring(0, slash);
  }

  /** The first section. */
  private static List<String> data(List<String> configuration) {
    List<String> section = new ArrayList<>(configuration.subList(0, 1));
    configuration.stream().skip(1).takeWhile(line -> line.startsWith(" ")).forEach(section::add);
    return section;
  }

  /** Notes a fold whose set is there. */
  void add(Fold fold, PreparedSet set) {
    if (!folds.containsKey(fold.name())) {
      List<String> trained =
          set.slices().stream()
              .filter(slice -> slice.split() != Split.TEST)
              .map(PreparedSlice::subject)
              .distinct()
              .toList();
      folds.put(
          fold.name(),
          new ExperimentManifest.FoldData(
              configuration(fold), Sha256.ofFiles(set.folder()), trained));
      write();
    }
  }

  /** The configuration, whatever the folder that the experiment writes to. */
  private static String configuration(Fold fold) {
    TrainingConfig config = fold.config();
    DataSettings data = new DataSettings(Path.of("data"), config.data().preparation());
    return ConfigFile.toYaml(config.withData(data));
  }

  /** Notes a network that is taken as it is. */
  void add(Path network) {
    add(networks, network.toString(), Sha256.ofFiles(network));
  }

  /** Notes a test subject. */
  void add(String subject, String sha256) {
    add(subjects, subject, sha256);
  }

  private void add(Map<String, String> sums, String what, String sha256) {
    String before = sums.put(what, sha256);
    if (before != null && !before.equals(sha256)) {
      throw new DataException(
          "%s has changed since results were written to %s; remove them or choose another --out"
              .formatted(what, file.getParent()));
    }
  }

  /** Notes time spent. */
  void spent(String what, double time) {
    seconds.merge(what, time, Double::sum);
    write();
  }

  /** Notes that the run came to its end. */
  ExperimentManifest finish() {
    ExperimentManifest.Run run = runs.remove(runs.size() - 1);
    runs.add(new ExperimentManifest.Run(run.started(), (System.nanoTime() - begin) / 1e9));
    write();
    return manifest();
  }

  void write() {
    ResultFiles.write(file, manifest());
  }

  private ExperimentManifest manifest() {
    return new ExperimentManifest(
        experiment.name(),
        ConfigFile.toYaml(experiment),
        quick,
        command,
        folds,
        networks,
        subjects,
        versions,
        machine,
        List.copyOf(runs),
        seconds);
  }
}
