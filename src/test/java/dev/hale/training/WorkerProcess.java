package dev.hale.training;

import dev.hale.engine.Device;
import dev.hale.engine.Engine;
import dev.hale.training.processes.ProcessGroup;
import dev.hale.training.processes.Rendezvous;
import java.nio.file.Path;
import java.time.Duration;

/**
 * One process of a tiny training. Arguments: folder, steps, {@link Start}, rank, world size,
 * master, and milliseconds to sleep after each step.
 */
final class WorkerProcess {
  private WorkerProcess() {}

  static TinyTraining training(int steps) {
    TinyTraining training = new TinyTraining();
    training.steps = steps;
    // Alike in one process and in two: sums over a batch then differ in no bit but the last. Some
    // weights have no gradient but this rounding, which AdamW would blow up to its step size.
    training.microBatch = training.batch / 2;
    training.labelDropout = 0.3;
    training.minSnr = 5;
    training.timesteps = TimestepSampling.LOSS_AWARE;
    training.schedule = RateSchedule.CONSTANT;
    return training;
  }

  public static void main(String[] arguments) {
    TinyTraining training = training(Integer.parseInt(arguments[1]));
    int rank = Integer.parseInt(arguments[3]);
    int size = Integer.parseInt(arguments[4]);
    long pause = Long.parseLong(arguments[6]);
    Rendezvous meeting =
        Rendezvous.of(rank, size, arguments[5])
            .waiting(Duration.ofSeconds(100), Duration.ofSeconds(5));
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            System.out.println("step " + report.step() + " loss " + report.loss());
            try {
              Thread.sleep(pause);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    Engine.setThreads(1);
    try (ProcessGroup workers = ProcessGroup.connect(meeting, Device.CPU)) {
      new Trainer(
              training.diffusion(),
              training.settings(),
              TrainingFolder.of(Path.of(arguments[0]), "run"),
              TinyTraining.config(),
              InitialWeights.DRAWN,
              Device.CPU,
              workers,
              0,
              listener)
          .run(
              step -> new GreyBatches(training.batch, rank, size, step),
              Start.valueOf(arguments[2]))
          .close();
    } catch (TrainingException e) {
      System.err.println(e.getMessage());
      System.exit(3);
    }
  }
}
