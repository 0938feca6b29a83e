package dev.hale.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hale.data.prepared.Balance;
import dev.hale.data.prepared.Batch;
import dev.hale.data.prepared.BatchSource;
import dev.hale.diffusion.DiffusionSettings;
import dev.hale.diffusion.Prediction;
import dev.hale.diffusion.Variance;
import dev.hale.engine.Device;
import dev.hale.engine.Precision;
import dev.hale.model.NetworkFile;
import dev.hale.model.UNetConfig;
import dev.hale.training.DiffusionTask;
import dev.hale.training.InitialWeights;
import dev.hale.training.Processes;
import dev.hale.training.RateSchedule;
import dev.hale.training.Start;
import dev.hale.training.StepReport;
import dev.hale.training.TimestepSampling;
import dev.hale.training.Trainer;
import dev.hale.training.TrainingFolder;
import dev.hale.training.TrainingListener;
import dev.hale.training.TrainingSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;

/**
 * A training of the demo's diffusion model on random images that takes one step a call: a thread of
 * its own trains, and waits for each batch until it is asked for.
 */
public final class TrainingSteps implements AutoCloseable {
  private static final int BATCH = 16;

  private final Semaphore asked = new Semaphore(0);
  private final Semaphore done = new Semaphore(0);
  private final Thread thread;
  private volatile boolean over;
  private volatile RuntimeException failure;

  /**
   * Begins a training.
   *
   * @param part images that go through the network together, of 16 a step
   * @param workers that compute parts side by side; 0 for as many as threads
   */
  public TrainingSteps(Precision precision, int part, int workers) {
    Path model = Path.of(System.getProperty("model", "models/demo"), "diffusion.safetensors");
    UNetConfig network;
    try (NetworkFile file = NetworkFile.readUNet(model)) {
      network = file.unet().config();
    }
    TrainingSettings settings =
        new TrainingSettings(
            1_000_000,
            BATCH,
            part,
            1e-4,
            0.01,
            0,
            RateSchedule.CONSTANT,
            List.of(0.995),
            1,
            TimestepSampling.UNIFORM,
            0,
            0,
            500,
            Balance.NONE,
            precision,
            1_000_000,
            0,
            1);
    DiffusionTask task =
        DiffusionTask.of(
            network,
            new DiffusionSettings("linear", 1000, Prediction.EPSILON, Variance.FIXED_SMALL),
            settings);
    thread = new Thread(() -> run(task, settings, workers), "training");
    thread.setDaemon(true);
    thread.start();
    step(); // threads start, memory is taken
  }

  private void run(DiffusionTask task, TrainingSettings settings, int workers) {
    try {
      Path folder = Files.createTempDirectory("training-steps");
      new Trainer(
              task,
              settings,
              TrainingFolder.of(folder, "run"),
              JsonNodeFactory.instance.objectNode(),
              InitialWeights.DRAWN,
              Device.CPU,
              Processes.ALONE,
              workers,
              new Counter())
          .run(first -> new RandomBatches(task.network()), Start.FRESH);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (CancellationException e) {
      return; // closed
    } catch (RuntimeException e) {
      failure = e;
    } finally {
      done.release(2);
    }
  }

  /** Takes one step, and returns when it is done. */
  public void step() {
    asked.release();
    done.acquireUninterruptibly();
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void close() {
    over = true;
    asked.release();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says that a step is done. */
  private final class Counter implements TrainingListener {
    @Override
    public void onStep(StepReport report) {
      done.release();
    }
  }

  /** The same random batch for every step. */
  private final class RandomBatches implements BatchSource {
    private final UNetConfig network;
    private final float[] images;
    private long step;

    RandomBatches(UNetConfig network) {
      this.network = network;
      Random random = new Random(1);
      images = new float[BATCH * channels() * imageSize() * imageSize()];
      for (int i = 0; i < images.length; i++) {
        images[i] = (float) random.nextGaussian(0, 0.3);
      }
    }

    @Override
    public int imageSize() {
      return network.backbone().imageSize();
    }

    @Override
    public int channels() {
      return network.backbone().inChannels();
    }

    @Override
    public Batch next() {
      asked.acquireUninterruptibly();
      if (over) {
        throw new CancellationException();
      }
      return new Batch(step++, BATCH, images, new int[BATCH]);
    }

    @Override
    public double secondsWaited() {
      return 0;
    }

    @Override
    public void close() {}
  }
}
