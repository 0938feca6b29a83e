package dev.hale.experiment;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.attribution.ConstraintSettings;
import dev.hale.data.DataException;
import dev.hale.data.Preprocessing;
import dev.hale.data.prepared.BatchLoader;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.data.prepared.Sampling;
import dev.hale.data.prepared.Split;
import dev.hale.engine.Device;
import dev.hale.experiment.config.ConfigException;
import dev.hale.model.NetworkFile;
import dev.hale.training.ClassifierTask;
import dev.hale.training.CriticTask;
import dev.hale.training.DiffusionTask;
import dev.hale.training.FixedPointGanTask;
import dev.hale.training.InitialWeights;
import dev.hale.training.Start;
import dev.hale.training.Task;
import dev.hale.training.Trainer;
import dev.hale.training.TrainingFolder;
import dev.hale.training.TrainingListener;
import dev.hale.training.TrainingSettings;
import dev.hale.training.VaeTask;
import dev.hale.training.ValidationImages;
import dev.hale.training.Workers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Trains one of a configuration's networks on a prepared set. {@code OUT/diffusion} (or {@code
 * OUT/classifier}, {@code OUT/critic}) holds the configuration, checkpoints, logs and pictures,
 * {@code OUT/diffusion.safetensors} the network.
 */
public final class TrainingRun {
  private static final int VALIDATION_IMAGES = 128;
  private static final int LOADER_THREADS = 1;
  private static final int PREFETCH = 4;

  /** The two networks of counterfactual detection, and those to compare with. */
  public enum Network {
    /** Denoises. */
    DIFFUSION("diffusion"),
    /** Denoises, and has seen healthy images only. */
    HEALTHY_DIFFUSION("healthy-diffusion"),
    /** Tells diseased from healthy at every noise level. */
    CLASSIFIER("classifier"),
    /** Likewise, under the attribution constraint. */
    CONSTRAINED_CLASSIFIER("constrained-classifier"),
    /** Tells diseased from healthy on clean images, for reasons that attribution shows. */
    CRITIC("critic"),
    /** Likewise, without the attribution constraint. */
    UNCONSTRAINED_CRITIC("unconstrained-critic"),
    /** Another critic, which no method uses: says whether healthy images are healthy. */
    JUDGE("judge"),
    /** Reproduces healthy images. */
    VAE("vae"),
    /** Shows images with either label. */
    FIXED_POINT_GAN("fixed-point-gan");

    private static final int HEALTHY = 0;

    private final String title;

    Network(String title) {
      this.title = title;
    }

    /** Name of its folder and, with {@code .safetensors}, of its file. */
    public String title() {
      return title;
    }

    /** The one whose {@link #title} that is. */
    static Network named(String title) {
      return Arrays.stream(values())
          .filter(network -> network.title.equals(title))
          .findFirst()
          .orElseThrow(() -> new DataException("nothing says how to train a network " + title));
    }

    /** Name of its section of a configuration. */
    public String section() {
      return switch (this) {
        case HEALTHY_DIFFUSION -> DIFFUSION.section();
        case CONSTRAINED_CLASSIFIER -> CLASSIFIER.section();
        case UNCONSTRAINED_CRITIC -> CRITIC.section();
        default -> title.replace('-', '_');
      };
    }

    /** The only label that it learns from and is judged by; empty where it sees both. */
    private OptionalInt onlyLabel() {
      return this == VAE || this == HEALTHY_DIFFUSION
          ? OptionalInt.of(HEALTHY)
          : OptionalInt.empty();
    }

    private <T> T require(Optional<T> plan) {
      return plan.orElseThrow(
          () ->
              new ConfigException(
                  "the configuration has no section %s, which says how to train it"
                      .formatted(section())));
    }

    private TrainingPlan plan(TrainingConfig config) {
      return switch (this) {
        case DIFFUSION, HEALTHY_DIFFUSION -> config.diffusion();
        case CLASSIFIER, CONSTRAINED_CLASSIFIER -> config.classifier();
        case CRITIC, UNCONSTRAINED_CRITIC -> config.requireCritic();
        case JUDGE -> require(config.judgePlan());
        case VAE -> require(config.vae());
        case FIXED_POINT_GAN -> require(config.fixedPointGan());
      };
    }

    /** How it is trained. */
    public TrainingSettings training(TrainingConfig config) {
      return plan(config).training();
    }

    private static ConstraintSettings classifierConstraint(TrainingConfig config) {
      return config
          .classifier()
          .constraint()
          .orElseThrow(
              () ->
                  new ConfigException(
                      "the configuration has no section classifier.constraint, which says how the"
                          + " classifier is constrained"));
    }

    private static Task critic(CriticPlan plan, Preprocessing images) {
      return CriticTask.of(plan.network().config(images), plan.constraint(), plan.training());
    }

    private Task task(TrainingConfig config) {
      Preprocessing images = config.data().preparation().preprocessing();
      DiffusionPlan diffusion = config.diffusion();
      return switch (this) {
        case DIFFUSION, HEALTHY_DIFFUSION ->
            DiffusionTask.of(
                diffusion.network().config(images, diffusion.process()),
                diffusion.process(),
                diffusion.training());
        case CLASSIFIER, CONSTRAINED_CLASSIFIER ->
            ClassifierTask.of(
                config.classifier().network().config(images),
                diffusion.process(),
                this == CLASSIFIER ? Optional.empty() : Optional.of(classifierConstraint(config)),
                config.classifier().training());
        case CRITIC -> critic(config.requireCritic(), images);
        case UNCONSTRAINED_CRITIC -> critic(config.requireCritic().unconstrained(), images);
        case JUDGE -> critic(require(config.judgePlan()), images);
        case VAE -> {
          VaePlan vae = require(config.vae());
          yield VaeTask.of(vae.network().config(images), vae.training());
        }
        case FIXED_POINT_GAN -> {
          FixedPointGanPlan gan = require(config.fixedPointGan());
          yield FixedPointGanTask.of(gan.network().config(images), gan.losses(), gan.training());
        }
      };
    }
  }

  private final TrainingConfig config;
  private final Network network;
  private final Path out;
  private final TrainingFolder files;
  private final Device device;
  private final Workers workers;

  /**
   * A run.
   *
   * @param out where the network's file and the run's folder go
   * @param device where it is trained; a run may be resumed on another
   */
  public TrainingRun(
      TrainingConfig config, Network network, Path out, Device device, Workers workers) {
    this.config = config;
    this.network = network;
    this.out = out;
    this.files = TrainingFolder.of(out, network.title());
    this.device = device;
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
    ObjectNode described = network.task(config).config();
    NetworkFile.put(described, "preprocessing", config.data().preparation().preprocessing());
    initial().requireFits(described);
    boolean begun = holdsSomething(folder());
    if (begun && start == Start.FRESH) {
      throw new DataException(
          "%s holds a training already; go on with it by --resume, or choose another --out"
              .formatted(folder()));
    }
    if (!begun && start != Start.FRESH) {
      throw new DataException(
          "%s holds no training to resume; leave out --resume to start one".formatted(folder()));
    }
  }

  private static boolean holdsSomething(Path folder) {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isPresent();
    } catch (IOException e) {
      throw new DataException("%s: cannot be read: %s".formatted(folder, e.getMessage()), e);
    }
  }

  /**
   * Trains to the last step.
   *
   * @param start a run that was stopped before its first checkpoint resumes from the beginning
   * @param set the configuration's prepared set
   * @param listener hears how it goes
   * @throws dev.hale.engine.DeviceException if the device is absent; nothing is written then
   */
  public void run(Start start, PreparedSet set, TrainingListener listener) {
    device.requireAvailable();
    TrainingSettings settings = network.training(config);
    String title = "%s, %s".formatted(network.title(), out);
    boolean any = Files.exists(files.checkpoint()) || Files.exists(files.previous());
    try (RunLog log = new RunLog(folder(), title, config)) {
      TrainingListener all = workers.rank() == 0 ? new Listeners(List.of(log, listener)) : listener;
      new Trainer(
              network.task(config), settings, files, identity(set), initial(), device, workers, all)
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
    return ValidationImages.of(set, Split.VALIDATION, only, VALIDATION_IMAGES);
  }

  private BatchLoader batches(PreparedSet set, TrainingSettings settings, long step) {
    Sampling sampling =
        new Sampling(
            settings.batch(),
            settings.balance(),
            network.onlyLabel(),
            settings.seed(),
            workers.rank(),
            workers.size(),
            LOADER_THREADS,
            PREFETCH);
    return new BatchLoader(set, Split.TRAIN, sampling, config.augmentation(), step);
  }

  /** What, beside the task's own, must be the same when a training is resumed. */
  private ObjectNode identity(PreparedSet set) {
    ObjectNode identity = JsonNodeFactory.instance.objectNode();
    NetworkFile.put(identity, "preprocessing", set.preprocessing());
    NetworkFile.put(identity, "augmentation", config.augmentation());
    ObjectNode data = identity.putObject("data");
    data.put("images", set.slices().size());
    CRC32C index = new CRC32C();
    index.update(set.slices().toString().getBytes(StandardCharsets.UTF_8));
    data.put("index_crc32c", "%08x".formatted(index.getValue()));
    return identity;
  }
}
