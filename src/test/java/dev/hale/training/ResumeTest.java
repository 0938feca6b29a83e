package dev.hale.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.diffusion.Variance;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.Precision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A training that was interrupted gives the numbers of one that was not. */
@Tag("slow")
class ResumeTest extends OneThread {
  @TempDir Path folder;

  /** One thread: sums are then always taken in the same order. */
  private static final class Interruption extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Trains, and stops after that many steps as if something had gone wrong. */
  private static void interrupt(TinyTraining training, Task task, TrainingFolder out, int after) {
    TrainingListener stop =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            if (report.step() == after) {
              throw new Interruption();
            }
          }
        };
    assertThrows(
        Interruption.class,
        () -> training.trainer(task, out, stop).run(GreyBatches.of(training.batch), Start.FRESH));
  }

  private TrainingFolder folder(String name) {
    return TrainingFolder.of(folder, name);
  }

  /** Byte for byte: weights, averages, moments and all else. */
  static void assertSame(Path expected, Path found) {
    try {
      assertEquals(-1, Files.mismatch(expected, found), expected + " and " + found);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assertResumesExactly(TinyTraining training, Task task, int after) {
    assertResumesExactly(training, task, folder, after);
  }

  /** Trains in the folder, once whole and once interrupted after that many steps. */
  static void assertResumesExactly(TinyTraining training, Task task, Path folder, int after) {
    Recorder whole = new Recorder();
    TrainingFolder uninterrupted = TrainingFolder.of(folder, "whole");
    training
        .trainer(task, uninterrupted, whole)
        .run(GreyBatches.of(training.batch), Start.FRESH)
        .close();
    TrainingFolder out = TrainingFolder.of(folder, "resumed");
    interrupt(training, task, out, after);
    Recorder rest = new Recorder();
    training.trainer(task, out, rest).run(GreyBatches.of(training.batch), Start.RESUME).close();
    int from = after / training.checkpointEvery * training.checkpointEvery;
    assertEquals(from, rest.start);
    assertEquals(whole.losses().subList(from, training.steps), rest.losses());
    assertSame(uninterrupted.checkpoint(), out.checkpoint());
    assertSame(uninterrupted.previous(), out.previous());
    assertSame(uninterrupted.network(), out.network());
    assertSame(uninterrupted.average(0.5), out.average(0.5));
  }

  @Test
  void aResumedDiffusionTrainingIsBitEqual() {
    TinyTraining training = new TinyTraining();
    training.variance = Variance.LEARNED_RANGE;
    training.dropout = 0.1;
    training.labelDropout = 0.3;
    training.minSnr = 5;
    training.microBatch = 3;
    assertResumesExactly(training, training.diffusion(), 7);
  }

  @Test
  void soIsALossAwareOneInChannelsLastAndBf16() { // float32 where bf16 would not be quicker
    TinyTraining training = new TinyTraining();
    training.timesteps = TimestepSampling.LOSS_AWARE;
    training.noiseLevels = 4; // each has its ten losses soon
    training.steps = 20;
    training.precision = Precision.BF16;
    assertResumesExactly(training, training.diffusion(), 13);
  }

  @Test
  void soIsAClassifier() {
    TinyTraining training = new TinyTraining();
    training.dropout = 0;
    assertResumesExactly(training, training.classifier(), 9);
  }

  @ParameterizedTest
  @ValueSource(strings = {"truncated", "changed"})
  void aDamagedCheckpointIsRefusedAndThePreviousOneResumes(String damage) throws IOException {
    TinyTraining training = new TinyTraining();
    Task task = training.diffusion();
    TrainingFolder whole = folder("whole");
    training.trainer(task, whole, new Recorder()).run(GreyBatches.of(8), Start.FRESH).close();
    TrainingFolder out = folder("damaged");
    interrupt(training, task, out, 9);
    byte[] bytes = Files.readAllBytes(out.checkpoint());
    if (damage.equals("truncated")) {
      bytes = Arrays.copyOf(bytes, bytes.length - 100);
    } else {
      bytes[bytes.length - 50_000] ^= 4;
    }
    Files.write(out.checkpoint(), bytes);
    Trainer trainer = training.trainer(task, out, new Recorder());
    String message =
        assertThrows(CheckpointException.class, () -> trainer.run(GreyBatches.of(8), Start.RESUME))
            .getMessage();
    assertTrue(message.startsWith(out.checkpoint().toString()), message);
    assertTrue(message.contains("checkpoint-previous.safetensors"), message);
    Recorder rest = new Recorder();
    training.trainer(task, out, rest).run(GreyBatches.of(8), Start.RESUME_PREVIOUS).close();
    assertEquals(4, rest.start);
    assertSame(whole.checkpoint(), out.checkpoint());
  }

  @Test
  void aChangedConfigurationIsRefusedByItsKeys() {
    TinyTraining training = new TinyTraining();
    interrupt(training, training.diffusion(), folder("run"), 5);
    training.lr = 1e-3;
    training.batch = 16;
    training.checkpointEvery = 2; // free to change
    Trainer changed = training.trainer(training.diffusion(), folder("run"), new Recorder());
    assertEquals(
        "the configuration has changed since the checkpoint:"
            + " training.batch was 8, is 16; training.lr was 0.003, is 0.001;"
            + " change it back, or train into another folder",
        assertThrows(TrainingException.class, () -> changed.run(GreyBatches.of(16), Start.RESUME))
            .getMessage());
  }

  @Test
  void aConstantRateMayTrainForLonger() {
    TinyTraining training = new TinyTraining();
    training.schedule = RateSchedule.CONSTANT;
    Task task = training.diffusion();
    TrainingFolder out = folder("run");
    training.trainer(task, out, new Recorder()).run(GreyBatches.of(8), Start.FRESH).close();
    training.steps = 16;
    Recorder rest = new Recorder();
    training.trainer(task, out, rest).run(GreyBatches.of(8), Start.RESUME).close();
    assertEquals(12, rest.start);
    assertEquals(List.of(16L), rest.checkpoints);
  }

  @Test
  void aFolderWithATrainingIsNotOverwritten() {
    TinyTraining training = new TinyTraining();
    TrainingFolder out = folder("run");
    interrupt(training, training.diffusion(), out, 5);
    Trainer again = training.trainer(training.diffusion(), out, new Recorder());
    assertEquals(
        out.folder() + " holds a training already: resume it, or train into another folder",
        assertThrows(TrainingException.class, () -> again.run(GreyBatches.of(8), Start.FRESH))
            .getMessage());
  }

  @Test
  void thereMustBeACheckpointToResumeFrom() {
    TinyTraining training = new TinyTraining();
    Trainer trainer = training.trainer(training.diffusion(), folder("run"), new Recorder());
    assertEquals(
        folder("run").checkpoint() + ": there is no such checkpoint to resume from",
        assertThrows(CheckpointException.class, () -> trainer.run(GreyBatches.of(8), Start.RESUME))
            .getMessage());
  }

  @Test
  void aFolderThatCannotBeWrittenIsSaidBeforeTraining() throws IOException {
    Files.writeString(folder.resolve("file"), "in the way");
    TinyTraining training = new TinyTraining();
    Recorder recorder = new Recorder();
    Trainer trainer =
        training.trainer(
            training.diffusion(), TrainingFolder.of(folder.resolve("file"), "run"), recorder);
    String message =
        assertThrows(TrainingException.class, () -> trainer.run(GreyBatches.of(8), Start.FRESH))
            .getMessage();
    assertTrue(message.contains("a training cannot write there"), message);
    assertEquals(0, recorder.steps.size());
  }

  /** A process may die between any two of the moves of a new checkpoint. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void whatDiedWhileACheckpointMovedIsFinished(int moves) throws IOException {
    TinyTraining training = new TinyTraining();
    Task task = training.diffusion();
    TrainingFolder out = folder("run");
    interrupt(training, task, out, 9);
    byte[] last = Files.readAllBytes(out.checkpoint());
    byte[] previous = Files.readAllBytes(out.previous());
    Files.move(out.checkpoint(), out.next());
    if (moves == 0) {
      Files.move(out.previous(), out.checkpoint());
    }
    new CheckpointFiles(out).prepare();
    assertArrayEquals(last, Files.readAllBytes(out.checkpoint()));
    assertArrayEquals(previous, Files.readAllBytes(out.previous()));
    assertTrue(Files.notExists(out.next()));
  }
}
