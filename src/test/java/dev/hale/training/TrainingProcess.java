package dev.hale.training;

import dev.hale.HaleException;
import dev.hale.engine.Engine;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A training in a process of its own, so that it can be killed or starved of disk. */
final class TrainingProcess {
  static final int LAST = 55;

  private TrainingProcess() {}

  static TinyTraining training() {
    TinyTraining training = new TinyTraining();
    training.steps = 60;
    training.checkpointEvery = 5;
    training.dropout = 0.1;
    training.labelDropout = 0.2;
    training.timesteps = TimestepSampling.LOSS_AWARE;
    training.noiseLevels = 8; // each has its ten losses soon
    return training;
  }

  /**
   * Arguments: folder, {@link Start}. Trains with one thread, and waits to be killed after step
   * {@link #LAST}. What goes wrong is printed, with exit code 3.
   */
  public static void main(String[] arguments) {
    Engine.setThreads(1);
    TrainingListener wait =
        new TrainingListener() {
          @Override
          public void onCheckpoint(long step, Path file) {
            if (step == LAST) {
              try {
                Thread.sleep(600_000);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }
          }
        };
    TinyTraining training = training();
    TrainingFolder folder = TrainingFolder.of(Path.of(arguments[0]), "run");
    try {
      training
          .trainer(training.diffusion(), folder, wait)
          .run(GreyBatches.of(training.batch), Start.valueOf(arguments[1]))
          .close();
    } catch (HaleException e) {
      System.out.println(e.getMessage());
      System.exit(3);
    }
  }

  /**
   * Starts it.
   *
   * @param largestFile in KiB, or 0 for no limit
   */
  static Process start(Path folder, Start start, int largestFile) throws IOException {
    List<String> command = new ArrayList<>();
    if (largestFile > 0) {
      command.addAll(List.of("bash", "-c", "ulimit -f " + largestFile + "; exec \"$0\" \"$@\""));
    }
    command.addAll(
        List.of(
            System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            TrainingProcess.class.getName(),
            folder.toString(),
            start.name()));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }
}
