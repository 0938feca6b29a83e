package dev.hale.app.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.app.recipe.TrainingConfig;
import dev.hale.app.train.network.NetworkKind;
import dev.hale.data.prepared.BatchLoader;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.data.prepared.Sampling;
import dev.hale.data.prepared.Split;
import dev.hale.engine.Device;
import dev.hale.io.FileFailure;
import dev.hale.io.FolderLock;
import dev.hale.model.NetworkFile;
import dev.hale.scan.DataException;
import dev.hale.training.InitialWeights;
import dev.hale.training.Processes;
import dev.hale.training.Start;
import dev.hale.training.Task;
import dev.hale.training.Trainer;
import dev.hale.training.TrainingFolder;
import dev.hale.training.TrainingListener;
import dev.hale.training.TrainingSettings;
import dev.hale.training.ValidationImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Trains one of a configuration's networks on a prepared set. {@code OUT/diffusion} (or {@code
 * OUT/classifier}, {@code OUT/critic}) holds the configuration, checkpoints, logs and pictures,
 * {@code OUT/diffusion.safetensors} the network.
 */
public final class TrainingRun {
  /** What is written before a first checkpoint, and lost where a training dies before it. */
  private static final Pattern BEGINNING =
      Pattern.compile("config\\.yaml|metrics\\.jsonl|events\\.out\\.tfevents\\..*");

  private static final int VALIDATION_IMAGES = 128;
  private static final int LOADER_THREADS = 1;
  private static final int PREFETCH = 4;

  private final TrainingConfig config;
  private final NetworkKind network;
  private final Path out;
  private final TrainingFolder files;
  private final Device device;
  private final Processes processes;
  private final int workers;

  /**
   * A run.
   *
   * @param out where the network's file and the run's folder go
   * @param device where it is trained; a run may be resumed on another
   * @param processes who trains together
   * @param workers in this process, as {@link Trainer} has them
   */
  public TrainingRun(
      TrainingConfig config,
      NetworkKind network,
      Path out,
      Device device,
      Processes processes,
      int workers) {
    this.config = config;
    this.network = network;
    this.out = out;
    this.files = TrainingFolder.of(out, network.title());
    this.device = device;
    this.processes = processes;
    this.workers = workers;
  }

  /** The run's folder. */
  public Path folder() {
    return files.folder();
  }

  /** The network's file. */
  public Path file() {
    return files.network();
  }

  /**
   * Throws where the training cannot begin: the folder holds another one, or none to resume, or the
   * weights that it is to begin with do not fit.
   *
   * @param start whether to go on with what is there
   */
  public void require(Start start) {
    Task task = network.task(config);
    ObjectNode described = task.config();
    NetworkFile.put(described, "preprocessing", config.data().preparation().preprocessing());
    initial().requireFits(task, described);
    if (start == Start.FRESH && holds(folder(), name -> !BEGINNING.matcher(name).matches())) {
      throw new DataException(
          "%s holds a training already; go on with it by --resume, or choose another --out"
              .formatted(folder()));
    }
    if (start != Start.FRESH && !holds(folder(), name -> true)) {
      throw new DataException(
          "%s holds no training to resume; leave out --resume to start one".formatted(folder()));
    }
  }

  private static boolean holds(Path folder, Predicate<String> names) {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .anyMatch(name -> !name.startsWith(".") && names.test(name));
    } catch (IOException e) {
      throw FileFailure.unreadable(folder, e);
    }
  }

  /**
   * Trains to the last step.
   *
   * @param start a run that was stopped before its first checkpoint resumes from the beginning
   * @param set what the network learns from, {@link NetworkKind#lessons}
   * @param listener hears how it goes
   * @throws dev.hale.engine.DeviceException if the device is absent; nothing is written then
   * @throws DataException where another run trains in the same folder
   */
  public void run(Start start, PreparedSet set, TrainingListener listener) {
    device.requireAvailable();
    if (processes.rank() > 0) {
      train(start, set, listener);
      return;
    }
    try (FolderLock lock = FolderLock.of(folder())) {
      train(start, set, listener);
    }
  }

  private void train(Start start, PreparedSet set, TrainingListener listener) {
    TrainingSettings settings = network.plan(config).training();
    String title = "%s, %s".formatted(network.title(), out);
    boolean any = Files.exists(files.checkpoint()) || Files.exists(files.previous());
    try (RunLog log = new RunLog(folder(), title, config)) {
      TrainingListener all =
          processes.rank() == 0 ? new Listeners(List.of(log, listener)) : listener;
      new Trainer(
              network.task(config),
              settings,
              files,
              identity(set),
              initial(),
              device,
              processes,
              workers,
              all)
          .run(
              step -> batches(set, settings, step),
              settings.validateEvery() == 0 ? null : validation(set),
              any ? start : Start.FRESH)
          .close();
    }
  }

  private InitialWeights initial() {
    return new InitialWeights(network.plan(config).initial());
  }

  private ValidationImages validation(PreparedSet set) {
    OptionalInt only = network.onlyLabel();
    if (set.slices().stream()
        .filter(slice -> only.isEmpty() || slice.label() == only.getAsInt())
        .noneMatch(slice -> slice.split() == Split.VALIDATION)) {
      throw new DataException(
          "%s has no %svalidation slices; prepare it with some, or set validate_every to 0"
              .formatted(set.folder(), only.isEmpty() ? "" : "healthy "));
    }
    return ValidationImages.of(
        set, Split.VALIDATION, only, VALIDATION_IMAGES, network.plan(config).context());
  }

  private BatchLoader batches(PreparedSet set, TrainingSettings settings, long step) {
    Sampling sampling =
        new Sampling(
            settings.batch(),
            settings.balance(),
            network.onlyLabel(),
            settings.seed(),
            processes.rank(),
            processes.size(),
            LOADER_THREADS,
            PREFETCH);
    return new BatchLoader(
        set, Split.TRAIN, sampling, config.augmentation(), step, network.plan(config).context());
  }

  /** What, beside the task's own, must be the same when a training is resumed. */
  private ObjectNode identity(PreparedSet set) {
    ObjectNode identity = JsonNodeFactory.instance.objectNode();
    NetworkFile.put(identity, "preprocessing", config.images());
    NetworkFile.put(identity, "augmentation", config.augmentation());
    ObjectNode data = identity.putObject("data");
    data.put("images", set.slices().size());
    data.put("index_crc32c", set.indexChecksum());
    JsonNode teacher = set.description().get(PseudoLabels.TEACHER);
    if (teacher != null) {
      data.set(PseudoLabels.TEACHER, teacher);
    }
    return identity;
  }
}
