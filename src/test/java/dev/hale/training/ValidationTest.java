package dev.hale.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.ComputeThreads;
import dev.hale.model.NetworkFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How networks are judged while they learn. */
@Tag("slow")
class ValidationTest extends OneThread {
  @TempDir Path folder;

  /** Twelve greys, dark ones healthy and light ones diseased. */
  private static ValidationImages greys() {
    float[][] images = new float[12][64];
    int[] labels = new int[12];
    for (int n = 0; n < 12; n++) {
      labels[n] = n % 2;
      Arrays.fill(images[n], n % 2 == 1 ? 0.65f : -0.65f);
    }
    return new ValidationImages(List.of("FLAIR"), 8, true, images, labels);
  }

  private Recorder train(TinyTraining training, Task task, TrainingFolder out, Start start) {
    Recorder recorder = new Recorder();
    training
        .trainer(task, out, recorder)
        .run(GreyBatches.of(training.batch), greys(), start)
        .close();
    return recorder;
  }

  @Test
  void aDenoiserIsJudgedByTheQuartersOfItsTimesteps() throws IOException {
    TinyTraining training = new TinyTraining();
    training.steps = 30;
    training.validateEvery = 10;
    TrainingFolder out = TrainingFolder.of(folder, "run");
    Recorder recorder = train(training, training.diffusion(), out, Start.FRESH);
    assertEquals(
        List.of(10L, 20L, 30L), recorder.validations.stream().map(ValidationReport::step).toList());
    ValidationReport first = recorder.validations.get(0);
    ValidationReport last = recorder.validations.get(2);
    assertEquals(
        Set.of("loss_q1", "loss_q2", "loss_q3", "loss_q4", "loss"), last.values().keySet());
    double mean = 0;
    for (int q = 1; q <= 4; q++) {
      mean += last.values().get("loss_q" + q) / 4;
    }
    assertEquals(mean, last.score(), 1e-9);
    assertTrue(last.score() < first.score(), first + " then " + last);
    assertTrue(last.best() && !last.higherIsBetter());
    try (NetworkFile best = NetworkFile.readUNet(out.best())) {
      assertEquals(30, best.config().path("step").asInt());
      assertEquals(last.score(), best.config().path("validation").path("loss").asDouble());
    }
    BufferedImage samples = ImageIO.read(out.samples(30).toFile());
    assertTrue(samples.getWidth() > 8 * 8 * 16 && samples.getHeight() > 2 * 8 * 16);
  }

  @Test
  void aClassifierIsJudgedByItsRankingAtFiveLevels() {
    TinyTraining training = new TinyTraining();
    training.steps = 60;
    training.noise = "cosine";
    training.validateEvery = 60;
    TrainingFolder out = TrainingFolder.of(folder, "run");
    Recorder recorder = train(training, training.classifier(), out, Start.FRESH);
    Map<String, Double> values = recorder.validations.get(0).values();
    assertEquals(11, values.size());
    assertEquals(1, values.get("auroc_t100"), "hardly any noise");
    assertTrue(values.get("auroc_t100") >= values.get("auroc_t900"));
    assertTrue(recorder.validations.get(0).higherIsBetter());
    assertTrue(Files.exists(out.best()));
  }

  @Test
  void accuracyAndAurocAreThoseOfKnownNumbers() {
    ClassifierValidation validation = new ClassifierValidation(new TinyTraining().classifier());
    float[] measured = {-1, 2, 0.5f, 3}; // labels 0, 0, 1, 1: 3 of 4 pairs are in order
    Validation.Scores scores =
        validation.scores(
            new float[][] {measured, measured, measured, measured, measured},
            new int[] {0, 0, 1, 1},
            1000);
    assertEquals(0.75, scores.values().get("auroc_t500"));
    assertEquals(0.75, scores.values().get("accuracy_t100")); // 2 is taken for diseased
    assertEquals(0.75, scores.score());
  }

  @Test
  void theSameNetworkIsJudgedTheSameAndInPartsOrAtOnce() {
    TinyTraining training = new TinyTraining();
    Task task = training.diffusion();
    torch.manual_seed(3);
    try (var weights = task.initialise()) {
      Validator whole =
          new Validator(task, training.settings(), greys(), Processes.ALONE, ComputeThreads.of(1));
      training.microBatch = 5;
      Validator parts =
          new Validator(task, training.settings(), greys(), Processes.ALONE, ComputeThreads.of(1));
      training.seed = 9;
      Validator other =
          new Validator(task, training.settings(), greys(), Processes.ALONE, ComputeThreads.of(1));
      double score = whole.judge(weights).score();
      torch.manual_seed(8);
      assertEquals(score, whole.judge(weights).score());
      assertEquals(score, parts.judge(weights).score(), 1e-5);
      assertNotEquals(score, other.judge(weights).score(), 1e-5);
    }
  }

  @Test
  void timestepsOfAQuarterLieInIt() {
    Validation validation = new TinyTraining().diffusion().validation();
    SplittableRandom random = new SplittableRandom(1);
    for (int n = 0; n < 1000; n++) {
      int t = validation.timestep(2, 1000, random);
      assertTrue(500 <= t && t < 750, "timestep " + t);
    }
  }

  /** Validation must not move what the training draws. */
  @Test
  void validationLeavesTheTrainingAsItIs() {
    TinyTraining training = new TinyTraining();
    Task task = training.diffusion();
    Recorder without = new Recorder();
    training
        .trainer(task, TrainingFolder.of(folder, "without"), without)
        .run(GreyBatches.of(8), Start.FRESH)
        .close();
    training.validateEvery = 3;
    Recorder with = train(training, task, TrainingFolder.of(folder, "with"), Start.FRESH);
    assertEquals(without.losses(), with.losses());
  }

  @Test
  void whichValidationWasBestIsRemembered() {
    TinyTraining training = new TinyTraining();
    training.schedule = RateSchedule.CONSTANT;
    training.validateEvery = 4;
    TrainingFolder whole = TrainingFolder.of(folder, "whole");
    training.steps = 16;
    Recorder uninterrupted = train(training, training.diffusion(), whole, Start.FRESH);
    TrainingFolder out = TrainingFolder.of(folder, "run");
    training.steps = 8;
    train(training, training.diffusion(), out, Start.FRESH);
    training.steps = 16;
    Recorder rest = train(training, training.diffusion(), out, Start.RESUME);
    assertEquals(
        uninterrupted.validations.subList(2, 4).stream()
            .map(v -> List.of(v.score(), v.best()))
            .toList(),
        rest.validations.stream().map(v -> List.of(v.score(), v.best())).toList());
    ResumeTest.assertSame(whole.best(), out.best());
  }

  @Test
  void validationNeedsImages() {
    TinyTraining training = new TinyTraining();
    training.validateEvery = 3;
    Trainer trainer =
        training.trainer(training.diffusion(), TrainingFolder.of(folder, "run"), new Recorder());
    assertEquals(
        "training: validate_every is 3, but there are no images to validate with",
        assertThrows(TrainingException.class, () -> trainer.run(GreyBatches.of(8), Start.FRESH))
            .getMessage());
    assertThrows(
        TrainingException.class,
        () -> new ValidationImages(List.of("FLAIR"), 8, false, new float[0][], new int[0]));
  }
}
