package dev.hale.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.attribution.ConstraintSettings;
import dev.hale.data.prepared.Balance;
import dev.hale.diffusion.DiffusionSettings;
import dev.hale.diffusion.Prediction;
import dev.hale.diffusion.Variance;
import dev.hale.engine.Device;
import dev.hale.engine.Precision;
import dev.hale.model.ClassifierConfig;
import dev.hale.model.CriticConfig;
import dev.hale.model.TinyNetworks;
import dev.hale.model.UNetConfig;
import java.util.List;
import java.util.Optional;

/** Trainings small enough for tests, and a way to vary their settings. */
final class TinyTraining {
  int steps = 12;
  int batch = 8;
  int microBatch = 8;
  double lr = 3e-3;
  double weightDecay = 0.01;
  int warmup = 2;
  RateSchedule schedule = RateSchedule.COSINE;
  List<Double> ema = List.of(0.9, 0.5);
  double gradientClip = 1;
  TimestepSampling timesteps = TimestepSampling.UNIFORM;
  double minSnr;
  double labelDropout;
  int noiseLevels = 1000;
  Balance balance = Balance.NONE;
  Precision precision = Precision.FLOAT32;
  int checkpointEvery = 4;
  int validateEvery;
  long seed = 1;

  Prediction prediction = Prediction.EPSILON;
  Variance variance = Variance.FIXED_SMALL;
  String noise = "linear";
  double dropout;
  Device device = Device.CPU;
  int workers = 1;

  TrainingSettings settings() {
    return new TrainingSettings(
        steps,
        batch,
        microBatch,
        lr,
        weightDecay,
        warmup,
        schedule,
        ema,
        gradientClip,
        timesteps,
        minSnr,
        labelDropout,
        noiseLevels,
        balance,
        precision,
        checkpointEvery,
        validateEvery,
        seed);
  }

  DiffusionTask diffusion() {
    UNetConfig network =
        new UNetConfig(
            TinyNetworks.withDropout(TinyNetworks.backbone(8, 1), dropout),
            2,
            variance == Variance.LEARNED_RANGE);
    return DiffusionTask.of(network, process(), settings());
  }

  ClassifierTask classifier() {
    ClassifierConfig network =
        new ClassifierConfig(TinyNetworks.backbone(8, 1), ClassifierConfig.Pool.ATTENTION, 2);
    return ClassifierTask.of(network, process(), settings());
  }

  ClassifierTask classifier(ConstraintSettings constraint) {
    return ClassifierTask.of(
        classifier().network(), process(), Optional.of(constraint), settings());
  }

  CriticTask critic(ConstraintSettings constraint) {
    CriticConfig network =
        new CriticConfig(2, 1, List.of(8, 8), 4, 2, false, true, CriticConfig.Pool.MEAN);
    return CriticTask.of(network, constraint, settings());
  }

  private DiffusionSettings process() {
    return new DiffusionSettings(noise, 1000, prediction, variance);
  }

  /** A trainer of this task in one process. */
  Trainer trainer(Task task, TrainingFolder folder, TrainingListener listener) {
    return trainer(task, folder, config(), InitialWeights.DRAWN, listener);
  }

  /** The same, with another description of the data or other weights to begin with. */
  Trainer trainer(
      Task task,
      TrainingFolder folder,
      ObjectNode config,
      InitialWeights initial,
      TrainingListener listener) {
    return new Trainer(
        task, settings(), folder, config, initial, device, Processes.ALONE, workers, listener);
  }

  static ObjectNode config() {
    return new ObjectMapper().createObjectNode().put("data", "greys");
  }
}
