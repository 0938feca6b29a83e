package dev.hale.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.model.NetworkFile;
import dev.hale.model.VaeConfig;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings of a tiny variational autoencoder on images of one grey. */
class VaeTrainingTest extends OneThread {
  @TempDir Path folder;

  private static VaeTask task(TinyTraining training) {
    return VaeTask.of(new VaeConfig(8, 1, List.of(8, 16), 4, 0.01), training.settings());
  }

  private static ValidationImages greys() {
    float[][] images = new float[6][64];
    int[] labels = {0, 0, 0, 0, 1, 1};
    for (int n = 0; n < 6; n++) {
      Arrays.fill(images[n], labels[n] == 1 ? 0.65f : -0.65f);
    }
    return new ValidationImages(List.of("FLAIR"), 8, true, images, labels);
  }

  @Test
  void itLearnsToReproduceGreys() {
    TinyTraining training = new TinyTraining();
    training.steps = 240;
    training.validateEvery = 120;
    TrainingFolder out = TrainingFolder.of(folder, "vae");
    Recorder recorder = new Recorder();
    training
        .trainer(task(training), out, recorder)
        .run(GreyBatches.of(training.batch), greys(), Start.FRESH)
        .close();
    double first = recorder.mean(0, 4);
    double last = recorder.mean(220, 240);
    assertTrue(last < first / 4, "loss from %s to %s".formatted(first, last));
    assertEquals(0, recorder.steps.get(0).quarters().length, "there are no noise levels");
    ValidationReport validation = recorder.validations.get(1);
    assertEquals(Set.of("loss_reconstruction", "loss_kl", "loss"), validation.values().keySet());
    assertEquals(
        validation.values().get("loss_reconstruction") + 0.01 * validation.values().get("loss_kl"),
        validation.score(),
        1e-12);
    assertTrue(validation.score() < recorder.validations.get(0).score());
    try (NetworkFile saved = NetworkFile.readVae(out.network())) {
      Tensor x = torch.full(new long[] {1, 1, 8, 8}, new Scalar(-0.65));
      double error = saved.vae().reconstruct(x).sub(x).abs().max().item_double();
      assertTrue(error < 0.5, "an error of " + error);
    }
  }

  @Test
  void aResumedTrainingIsBitEqual() {
    TinyTraining training = new TinyTraining();
    training.microBatch = 3;
    ResumeTest.assertResumesExactly(training, task(training), folder, 7);
  }

  @Test
  void microBatchesChangeTheLossByRoundingAlone() {
    TinyTraining training = new TinyTraining();
    training.steps = 5;
    List<Double> whole = losses(training, "whole");
    training.microBatch = 3;
    List<Double> parts = losses(training, "parts");
    for (int step = 0; step < 5; step++) {
      assertEquals(whole.get(step), parts.get(step), 2e-4 * whole.get(step), "step " + step);
    }
  }

  private List<Double> losses(TinyTraining training, String name) {
    Recorder recorder = new Recorder();
    training
        .trainer(task(training), TrainingFolder.of(folder, name), recorder)
        .run(GreyBatches.of(training.batch), Start.FRESH)
        .close();
    return recorder.losses();
  }

  @Test
  void diseasedImagesDoNotCountInValidation() {
    VaeValidation validation = new VaeValidation(task(new TinyTraining()));
    Validation.Scores scores =
        validation.scores(new float[][] {{1, 3, 100}, {4, 6, 100}}, new int[] {0, 0, 1}, 1000);
    assertEquals(2, scores.values().get("loss_reconstruction"));
    assertEquals(5, scores.values().get("loss_kl"));
    assertEquals(2.05, scores.score(), 1e-12);
  }

  @Test
  void settingsOfNoiseAreRefused() {
    TinyTraining training = new TinyTraining();
    training.minSnr = 5;
    assertEquals(
        "training: min_snr is 5.0, expected 0: the network sees images without noise",
        assertThrows(TrainingException.class, () -> task(training)).getMessage());
  }
}
