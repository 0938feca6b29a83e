package dev.hale.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.data.prepared.Batch;
import dev.hale.data.prepared.BatchSource;
import dev.hale.engine.Checkpoint;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.ComputeThreads;
import dev.hale.engine.Device;
import dev.hale.engine.Engine;
import dev.hale.engine.LibTorchErrors;
import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import dev.hale.engine.kernels.Kernels;
import dev.hale.model.NetworkFile;
import dev.hale.picture.Montage;
import dev.hale.scan.DataException;
import dev.hale.training.StepRandom.Purpose;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.global.torch;

/**
 * Trains a network with AdamW and keeps exponential moving averages of its weights. It can be
 * killed at any moment: what it does at a step follows from the settings and the last checkpoint,
 * so that a resumed training gives the numbers of one that was never interrupted.
 */
public final class Trainer {
  private final Task task;
  private final TrainingSettings settings;
  private final TrainingFolder files;
  private final ObjectNode config;
  private final InitialWeights initial;
  private final Device device;
  private final Processes processes;
  private final int workers;
  private final TrainingListener listener;
  private final CheckpointFiles checkpoints;
  private final StepGradient gradients;

  /**
   * A training.
   *
   * @param config whatever else is saved with the network, such as the preprocessing, and must be
   *     the same where the training resumes; architecture, layout, diffusion and settings are added
   * @param initial the weights that a fresh training begins with
   * @param device where the networks are trained and judged; a GPU for one process only. It may be
   *     another one where the training resumes
   * @param processes who trains together; {@link Processes#ALONE} for one process
   * @param workers that compute parts of {@code micro_batch} images side by side on the CPU, as
   *     many as there are parts at most; 0 for one a LibTorch thread. They share LibTorch's threads
   * @throws dev.hale.engine.DeviceException if the device is absent
   */
  public Trainer(
      Task task,
      TrainingSettings settings,
      TrainingFolder files,
      ObjectNode config,
      InitialWeights initial,
      Device device,
      Processes processes,
      int workers,
      TrainingListener listener) {
    if (device.isCuda() && processes.size() > 1) {
      throw new TrainingException(
          "training: %d processes train together on the CPU only, not on %s"
              .formatted(processes.size(), device));
    }
    if (settings.batch() % processes.size() != 0) {
      throw new TrainingException(
          "training: a batch of %d images cannot be shared evenly by %d processes"
              .formatted(settings.batch(), processes.size()));
    }
    this.task = task;
    this.device = device.requireAvailable();
    Kernels kernels = Kernels.of(this.device);
    this.settings = settings.withPrecision(kernels.usable(settings.precision()));
    this.files = files;
    this.config = task.config();
    this.config.setAll(config);
    this.initial = initial;
    initial.identify(this.config);
    NetworkFile.put(this.config, "training", settings);
    this.processes = processes;
    this.workers = workers;
    this.listener = listener;
    checkpoints = new CheckpointFiles(files);
    gradients = new StepGradient(task, this.settings, processes);
  }

  /**
   * Trains without validation.
   *
   * @see #run(Batches, ValidationImages, Start)
   */
  public Parameters run(Batches batches, Start start) {
    if (settings.validateEvery() > 0) {
      throw new TrainingException(
          "training: validate_every is %d, but there are no images to validate with"
              .formatted(settings.validateEvery()));
    }
    return run(batches, null, start);
  }

  /**
   * Trains until all steps are done, or goes on where it was.
   *
   * @param images what the averaged network is judged by; null where it never is
   * @return the weights averaged with the first decay, on the training's device; the caller's
   * @throws TrainingException where the folder cannot be written or holds another training, the
   *     configuration has changed since the checkpoint, or the loss diverges or is no number; the
   *     last checkpoint then stays
   * @throws CheckpointException where the checkpoint is missing or damaged
   * @throws dev.hale.engine.DeviceException where the device has too little memory, or is lost
   */
  public Parameters run(Batches batches, ValidationImages images, Start start) {
    open(start);
    try (Scope memory = new Scope();
        ComputeThreads threads = ComputeThreads.of(usefulWorkers());
        TrainingState state = fresh()) {
      GradientParts parts = new GradientParts(threads, state.gradients());
      Validator validator = validator(images, threads);
      if (start != Start.FRESH) {
        try (Checkpoint checkpoint = checkpoints.read(start)) {
          state.restore(checkpoint);
        }
      }
      listener.onStart(state.step(), settings.steps());
      try (BatchSource source = batches.from(state.step())) {
        while (state.step() < settings.steps()) {
          step(state, parts, source);
          if (validator != null && isDue(state, settings.validateEvery())) {
            validate(state, validator);
          }
          if (isDue(state, settings.checkpointEvery())) {
            save(state);
          }
        }
      }
      try (Parameters average = state.networkAverage(0)) {
        return average.copy();
      }
    } catch (RuntimeException e) {
      throw LibTorchErrors.explain(e);
    }
  }

  /** On a GPU the caller alone; else no more than there are parts of a batch. */
  private int usefulWorkers() {
    int share = settings.batch() / processes.size();
    int parts = (share + settings.microBatch() - 1) / settings.microBatch();
    return device.isCuda() ? 1 : Math.min(parts, workers == 0 ? Engine.threads() : workers);
  }

  private boolean isDue(TrainingState state, int every) {
    return state.step() % every == 0 || state.step() == settings.steps();
  }

  private Validator validator(ValidationImages images, ComputeThreads threads) {
    return settings.validateEvery() == 0
        ? null
        : new Validator(task, settings, images, processes, threads);
  }

  private void validate(TrainingState state, Validator validator) {
    long begin = System.nanoTime();
    try (Parameters average = state.average(0)) {
      Validation.Scores scores = validator.judge(average);
      boolean best = state.isBest(scores);
      if (best && processes.rank() == 0) {
        ObjectNode about = about(state, settings.ema().get(0));
        NetworkFile.put(about, "validation", scores.values());
        try (Parameters network = state.networkAverage(0)) {
          NetworkFile.write(files.best(), network, about);
        }
      }
      listener.onValidation(
          new ValidationReport(
              state.step(),
              scores.values(),
              scores.score(),
              scores.higherIsBetter(),
              best,
              (System.nanoTime() - begin) / 1e9));
      if (task instanceof DiffusionTask diffusion) {
        Montage samples =
            new SampleGrid(diffusion, settings, validator.images(), processes).draw(average);
        if (samples != null) {
          samples.write(files.samples(state.step()));
          listener.onSamples(state.step(), files.samples(state.step()));
        }
      }
    }
  }

  private ObjectNode about(TrainingState state, double decay) {
    return config
        .deepCopy()
        .put("step", state.step())
        .put("average", decay)
        .put("computed_precision", settings.precision().toString());
  }

  private void open(Start start) {
    if (processes.rank() == 0) {
      checkpoints.prepare();
    }
    processes.barrier();
    if (start == Start.FRESH && checkpoints.any()) {
      throw new TrainingException(
          "%s holds a training already: resume it, or train into another folder"
              .formatted(files.folder()));
    }
  }

  private TrainingState fresh() {
    try (Parameters weights = initialise()) {
      return new TrainingState(settings, task, weights, device.torch(), config);
    }
  }

  /** One at a time: all threads draw from one generator, and each wants the numbers of its seed. */
  private Parameters initialise() {
    synchronized (Trainer.class) {
      torch.manual_seed(StepRandom.seed(settings.seed(), Purpose.INITIALISATION));
      try (Scope scope = new Scope()) {
        return initial.of(task, config);
      }
    }
  }

  private void step(TrainingState state, GradientParts parts, BatchSource source) {
    long begin = System.nanoTime();
    double waited = source.secondsWaited();
    Batch batch = source.next();
    StepLosses losses = gradients.compute(state, parts, batch, source);
    long number = state.step() + 1;
    double loss = losses.mean();
    int worst = losses.worst();
    if (!Double.isFinite(loss)) {
      throw stopped(
          "the loss became %s at step %d%s"
              .formatted(loss, number, timestep(", timestep %d", losses, worst)));
    }
    OptionalDouble opponentLoss = OptionalDouble.empty();
    if (task instanceof AdversarialTask) {
      opponentLoss = OptionalDouble.of(losses.opponentLoss());
      if (!Double.isFinite(losses.opponentLoss())) {
        throw stopped(
            "the opponent's loss became %s at step %d".formatted(losses.opponentLoss(), number));
      }
    }
    double norm = state.network().clip(settings.gradientClip());
    if (!Double.isFinite(norm)) {
      throw stopped(
          "the gradient became %s at step %d%s"
              .formatted(
                  norm,
                  number,
                  timestep(", where the loss was largest at timestep %d", losses, worst)));
    }
    if (state.watch().diverges(state.step(), loss)) {
      throw stopped(
          "the loss diverges at step %d: its mean over 20 steps is %.4g, it was %.4g%s"
              .formatted(
                  number,
                  state.watch().mean(),
                  state.watch().lowest(),
                  timestep("; largest at timestep %d", losses, worst)));
    }
    double rate = settings.learningRateAt(state.step());
    state.advance();
    state.sampler().learn(losses.timesteps(), losses.losses());
    double seconds = (System.nanoTime() - begin) / 1e9;
    listener.onStep(
        new StepReport(
            number,
            settings.steps(),
            loss,
            task.noisesImages() ? losses.quarters(settings.noiseLevels()) : new double[0],
            opponentLoss,
            norm,
            rate,
            seconds,
            source.secondsWaited() - waited,
            settings.batch() / seconds));
  }

  /** Where in the chain an image was; nothing where images are not noised. */
  private String timestep(String words, StepLosses losses, int image) {
    return task.noisesImages() ? words.formatted(losses.timesteps()[image]) : "";
  }

  private TrainingException stopped(String why) {
    return new TrainingException(
        why + "; lower the learning rate or the gradient clip. The last checkpoint is untouched");
  }

  private void save(TrainingState state) {
    if (processes.rank() == 0) {
      try (Scope scope = new Scope()) {
        checkpoints.write(state.tensors(), state.metadata());
        writeAverages(state);
      } catch (DataException e) {
        throw new TrainingException(
            "the training stops after step %d: %s; earlier checkpoints stay usable"
                .formatted(state.step(), e.getMessage()),
            e);
      }
    }
    listener.onCheckpoint(state.step(), files.checkpoint());
  }

  private void writeAverages(TrainingState state) {
    for (int i = 0; i < settings.ema().size(); i++) {
      double decay = settings.ema().get(i);
      ObjectNode about = about(state, decay);
      try (Parameters average = state.networkAverage(i)) {
        NetworkFile.write(i == 0 ? files.network() : files.average(decay), average, about);
      }
    }
  }
}
