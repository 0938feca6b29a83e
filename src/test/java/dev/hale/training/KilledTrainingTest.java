package dev.hale.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a training whose process dies or cannot write is enough to go on, exactly. */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
class KilledTrainingTest extends OneThread {
  @TempDir Path folder;

  private static Recorder train(TrainingFolder out, Start start) {
    Recorder recorder = new Recorder();
    TinyTraining training = TrainingProcess.training();
    training
        .trainer(training.diffusion(), out, recorder)
        .run(GreyBatches.of(training.batch), start)
        .close();
    return recorder;
  }

  private static void assertEqualTrainings(TrainingFolder expected, TrainingFolder found) {
    ResumeTest.assertSame(expected.checkpoint(), found.checkpoint());
    ResumeTest.assertSame(expected.previous(), found.previous());
    ResumeTest.assertSame(expected.network(), found.network());
    ResumeTest.assertSame(expected.average(0.5), found.average(0.5));
  }

  /** SIGKILL leaves no time to tidy up. */
  @Test
  void aTrainingThatIsKilledAtAnyMomentResumesToTheSameNumbers() throws Exception {
    TrainingFolder whole = TrainingFolder.of(folder.resolve("whole"), "run");
    List<Double> losses = train(whole, Start.FRESH).losses();
    TrainingFolder out = TrainingFolder.of(folder.resolve("killed"), "run");
    long patience = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    Process child = TrainingProcess.start(folder.resolve("killed"), Start.FRESH, 0);
    int delay = ThreadLocalRandom.current().nextInt(700);
    try {
      while (Files.notExists(out.checkpoint())) {
        assertTrue(child.isAlive() && System.nanoTime() < patience, () -> output(child));
        Thread.sleep(1);
      }
      Thread.sleep(delay);
    } finally {
      child.destroyForcibly();
    }
    assertEquals(128 + 9, child.waitFor(), "the child was not killed while it trained");
    Recorder rest = train(out, Start.RESUME);
    String when = "killed %d ms after the first checkpoint".formatted(delay);
    assertTrue(rest.start >= 5 && rest.start % 5 == 0, when);
    assertEquals(losses.subList((int) rest.start, 60), rest.losses(), when);
    assertEqualTrainings(whole, out);
  }

  /** A limit on the size of files fails a write in its middle, as a full disk does. */
  @Test
  void aCheckpointThatFindsNoRoomLeavesTheOneBefore() throws Exception {
    TrainingFolder whole = TrainingFolder.of(folder.resolve("whole"), "run");
    train(whole, Start.FRESH);
    Process before = TrainingProcess.start(folder.resolve("full"), Start.FRESH, 0);
    TrainingFolder out = TrainingFolder.of(folder.resolve("full"), "run");
    long patience = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    try {
      while (Files.notExists(out.checkpoint())) {
        assertTrue(before.isAlive() && System.nanoTime() < patience, () -> output(before));
        Thread.sleep(1);
      }
    } finally {
      before.destroyForcibly();
    }
    before.waitFor();
    Process starved =
        TrainingProcess.start(
            folder.resolve("full"), Start.RESUME, (int) (Files.size(out.checkpoint()) / 2048));
    String said = output(starved);
    assertEquals(3, starved.waitFor(), said);
    assertTrue(
        said.contains("the training stops after step ")
            && said.contains(out.next() + ": cannot be written: File too large")
            && said.contains("earlier checkpoints stay usable"),
        said);
    try (var files = Files.list(out.folder())) {
      assertTrue(
          files.noneMatch(file -> file.toString().endsWith(".partial")), "half a file is left");
    }
    train(out, Start.RESUME);
    assertEqualTrainings(whole, out);
  }

  private static String output(Process process) {
    try {
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
