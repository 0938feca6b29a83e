package dev.hale.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.data.prepared.Batch;
import dev.hale.data.prepared.BatchSource;
import dev.hale.diffusion.Prediction;
import dev.hale.diffusion.Variance;
import dev.hale.engine.Device;
import dev.hale.engine.Parameters;
import dev.hale.engine.Precision;
import dev.hale.engine.kernels.Kernels;
import dev.hale.model.NetworkFile;
import dev.hale.model.TensorAssert;
import dev.hale.model.UNetConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trainings of tiny networks on images that can be learnt in seconds. */
@Tag("slow")
class TrainerTest extends OneThread {
  @TempDir Path folder;

  private Recorder train(TinyTraining training, Task task, String name) {
    Recorder recorder = new Recorder();
    training
        .trainer(task, TrainingFolder.of(folder, name), recorder)
        .run(GreyBatches.of(training.batch), Start.FRESH)
        .close();
    return recorder;
  }

  @ParameterizedTest
  @CsvSource({
    "EPSILON, LEARNED_RANGE, FLOAT32, 0, 0",
    "EPSILON, FIXED_SMALL, BF16, 5, 0",
    "V, FIXED_SMALL, FLOAT32, 0, 0.2",
    "X0, FIXED_SMALL, FLOAT32, 5, 0"
  })
  void aDenoiserLearnsConstantImages(
      Prediction prediction,
      Variance variance,
      Precision precision,
      double minSnr,
      double labelDropout) {
    TinyTraining training = new TinyTraining();
    training.steps = 60;
    training.prediction = prediction;
    training.variance = variance;
    training.precision = precision;
    training.minSnr = minSnr;
    training.labelDropout = labelDropout;
    Recorder recorder = train(training, training.diffusion(), "run");
    double first = recorder.mean(0, 4);
    double last = recorder.mean(45, 60);
    assertTrue(last < first / 2, "loss from %s to %s".formatted(first, last));
  }

  @Test
  void aClassifierLearnsTwoGreys() {
    TinyTraining training = new TinyTraining();
    training.steps = 60;
    training.noise = "cosine"; // leaves the greys visible at most levels
    Recorder recorder = train(training, training.classifier(), "run");
    double first = recorder.mean(0, 4);
    double last = recorder.mean(45, 60);
    assertTrue(last < first / 2, "loss from %s to %s".formatted(first, last));
  }

  @Test
  void theSeedDecides() {
    TinyTraining training = new TinyTraining();
    List<Double> one = train(training, training.diffusion(), "one").losses();
    List<Double> again = train(training, training.diffusion(), "again").losses();
    training.seed = 2;
    List<Double> other = train(training, training.diffusion(), "other").losses();
    assertEquals(one, again);
    assertTrue(Math.abs(one.get(0) - other.get(0)) > 1e-4, "the seed changes nothing");
  }

  @Test
  void microBatchesChangeTheLossByRoundingAlone() {
    TinyTraining training = new TinyTraining();
    training.variance = Variance.LEARNED_RANGE;
    training.timesteps = TimestepSampling.LOSS_AWARE;
    training.labelDropout = 0.3;
    training.steps = 6;
    List<Double> whole = train(training, training.diffusion(), "whole").losses();
    training.microBatch = 3; // 3, 3 and 2
    List<Double> parts = train(training, training.diffusion(), "parts").losses();
    for (int step = 0; step < 6; step++) {
      assertEquals(whole.get(step), parts.get(step), 2e-4 * whole.get(step), "step " + step);
    }
  }

  @Test
  void bfloat16ComputesNearlyTheSame() {
    TinyTraining training = new TinyTraining();
    training.steps = 6;
    List<Double> full = train(training, training.diffusion(), "full").losses();
    training.precision = Precision.BF16;
    List<Double> half = train(training, training.diffusion(), "half").losses();
    for (int step = 0; step < 6; step++) {
      assertEquals(full.get(step), half.get(step), 0.03 * full.get(step), "step " + step);
    }
    Kernels kernels = Kernels.of(Device.CPU);
    boolean rounded = kernels.usable(Precision.BF16) == Precision.BF16;
    assertEquals(rounded, !full.equals(half));
  }

  @Test
  void whatIsSavedIsTheFirstAverageAndCarriesItsConfiguration() {
    TinyTraining training = new TinyTraining();
    training.labelDropout = 0.1;
    TrainingFolder out = TrainingFolder.of(folder, "run");
    try (Parameters average =
            training
                .trainer(training.diffusion(), out, new Recorder())
                .run(GreyBatches.of(8), Start.FRESH);
        NetworkFile saved = NetworkFile.readUNet(out.network());
        NetworkFile other = NetworkFile.readUNet(out.average(0.5))) {
      String weight = "input_blocks.0.0.weight";
      for (String name : average.names()) {
        TensorAssert.assertIdentical(average.get(name), saved.parameters().get(name));
      }
      assertTrue(
          TensorAssert.largestDifference(
                  saved.parameters().get(weight), other.parameters().get(weight))
              > 1e-4);
      assertEquals(3, saved.section("network", UNetConfig.class).numClasses(), "2 and none");
      assertEquals("greys", saved.config().path("data").asText());
      assertEquals(12, saved.config().path("step").asInt());
      assertEquals(training.settings(), saved.section("training", TrainingSettings.class));
    }
  }

  @Test
  void everyStepIsReported() {
    TinyTraining training = new TinyTraining();
    training.steps = 10;
    Recorder recorder = train(training, training.diffusion(), "run");
    assertEquals(0, recorder.start);
    assertEquals(List.of(4L, 8L, 10L), recorder.checkpoints);
    assertEquals(10, recorder.steps.size());
    StepReport third = recorder.steps.get(2);
    assertEquals(3, third.step());
    assertEquals(training.settings().learningRateAt(2), third.learningRate());
    assertTrue(third.gradientNorm() > 0);
    assertTrue(third.seconds() > 0 && third.imagesPerSecond() > 0);
    // Of the eight images of each step, those of a quarter have a mean loss, none has none.
    double[] quarters = third.quarters();
    double least = Arrays.stream(quarters).filter(q -> !Double.isNaN(q)).min().orElseThrow();
    double most = Arrays.stream(quarters).filter(q -> !Double.isNaN(q)).max().orElseThrow();
    assertTrue(least <= third.loss() && third.loss() <= most, Arrays.toString(quarters));
  }

  /** From that step on, one image of the batch is no number. */
  private static Batches broken(int from, int image) {
    return first -> {
      GreyBatches greys = new GreyBatches(8, 0, 1, first);
      return new BatchSource() {
        @Override
        public int imageSize() {
          return greys.imageSize();
        }

        @Override
        public int channels() {
          return greys.channels();
        }

        @Override
        public Batch next() {
          Batch batch = greys.next();
          if (batch.step() >= from) {
            batch.images()[image * 64 + 5] = Float.NaN;
          }
          return batch;
        }

        @Override
        public double secondsWaited() {
          return 0;
        }

        @Override
        public void close() {}
      };
    };
  }

  @Test
  void aLossThatIsNoNumberStopsAtItsStepAndTimestepAndCanBeResumed() {
    TinyTraining training = new TinyTraining();
    Recorder whole = train(training, training.diffusion(), "whole");
    TrainingFolder out = TrainingFolder.of(folder, "run");
    Trainer trainer = training.trainer(training.diffusion(), out, new Recorder());
    int[] timesteps =
        TimestepSampler.of(TimestepSampling.UNIFORM, 1000)
            .draw(8, StepRandom.of(1, StepRandom.Purpose.TIMESTEPS, 6))
            .timesteps();
    assertEquals(
        "the loss became NaN at step 7, timestep %d; lower the learning rate or the gradient clip. The last checkpoint is untouched"
            .formatted(timesteps[5]),
        assertThrows(TrainingException.class, () -> trainer.run(broken(6, 5), Start.FRESH))
            .getMessage());
    Recorder rest = new Recorder();
    training.trainer(training.diffusion(), out, rest).run(GreyBatches.of(8), Start.RESUME).close();
    assertEquals(4, rest.start);
    assertEquals(whole.losses().subList(4, 12), rest.losses());
  }

  @Test
  void aRateThatIsFarTooHighStopsTheTraining() {
    TinyTraining training = new TinyTraining();
    training.steps = 400;
    training.warmup = 0;
    training.lr = 30;
    training.checkpointEvery = 1000;
    Trainer trainer =
        training.trainer(training.diffusion(), TrainingFolder.of(folder, "run"), new Recorder());
    String message =
        assertThrows(TrainingException.class, () -> trainer.run(GreyBatches.of(8), Start.FRESH))
            .getMessage();
    assertTrue(message.contains(" at step ") && message.contains("timestep "), message);
    assertTrue(Files.notExists(folder.resolve("run.safetensors")));
  }

  @Test
  void dataOfAnotherStepIsRefused() {
    TinyTraining training = new TinyTraining();
    Trainer trainer =
        training.trainer(training.diffusion(), TrainingFolder.of(folder, "run"), new Recorder());
    assertEquals(
        "expected 8 images of step 0, the data has 8 of step 3",
        assertThrows(
                TrainingException.class,
                () -> trainer.run(first -> new GreyBatches(8, 0, 1, 3), Start.FRESH))
            .getMessage());
  }
}
