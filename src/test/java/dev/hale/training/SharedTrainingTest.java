package dev.hale.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hale.attribution.ConstraintSettings;
import dev.hale.engine.Device;
import dev.hale.engine.Engine;
import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.model.FixedPointGanConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two workers, here threads, compute together what one does. */
@Tag("slow")
class SharedTrainingTest {
  @TempDir Path folder;

  /** What the threads share. */
  private static final class Table {
    final float[][] values = new float[2][];
    final CyclicBarrier barrier = new CyclicBarrier(2);

    void await() {
      try {
        barrier.await(1, TimeUnit.MINUTES);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private record ThreadWorker(int rank, Table table) implements Processes {
    @Override
    public int size() {
      return 2;
    }

    @Override
    public void averageGradients(List<Tensor> gradients) {
      for (Tensor gradient : gradients) {
        table.values[rank] = Tensors.values(gradient);
        table.await();
        float[] mean = new float[table.values[0].length];
        for (int i = 0; i < mean.length; i++) {
          mean[i] = (table.values[0][i] + table.values[1][i]) / 2;
        }
        table.await();
        try (Scope scope = new Scope()) {
          gradient.copy_(torch.tensor(mean).reshape(gradient.sizes()));
        }
      }
    }

    @Override
    public double mean(double value) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void barrier() {
      table.await();
    }
  }

  private static ValidationImages greys() {
    float[][] images = new float[5][64];
    for (int n = 0; n < 5; n++) {
      Arrays.fill(images[n], n % 2 == 1 ? 0.65f : -0.65f);
    }
    return new ValidationImages(List.of("FLAIR"), 8, true, images, new int[] {0, 1, 0, 1, 0});
  }

  @Test
  void twoWorkersEqualOne() throws Exception {
    TinyTraining training = new TinyTraining();
    training.steps = 20;
    training.microBatch = 4;
    training.validateEvery = 10;
    training.labelDropout = 0.2;
    training.timesteps = TimestepSampling.LOSS_AWARE;
    training.noiseLevels = 8;
    assertTwoWorkersEqualOne(training, training.diffusion(), 1e-5);
  }

  @Test
  void soDoTwoNetworksThatLearnAgainstEachOther() throws Exception {
    TinyTraining training = new TinyTraining();
    training.steps = 6;
    training.microBatch = 2; // as many as a worker has of a part, so that rounding is alike
    training.lr = 1e-4;
    training.weightDecay = 0;
    training.gradientClip = 100;
    training.validateEvery = 3;
    FixedPointGanTask task =
        FixedPointGanTask.of(
            new FixedPointGanConfig(8, 1, 4, 1, 8, 2),
            new FixedPointLosses(1, 10, 10, 10, 2),
            training.settings());
    assertTwoWorkersEqualOne(training, task, 1e-5);
  }

  /** The two parts of a batch need not have as many healthy images. */
  @Test
  void twoWorkersConstrainHealthyImagesLikeOne() throws Exception {
    TinyTraining training = new TinyTraining();
    training.steps = 20;
    training.microBatch = 4;
    training.validateEvery = 10;
    assertTwoWorkersEqualOne(training, training.critic(ConstraintSettings.DEFAULT), 1e-5);
  }

  private void assertTwoWorkersEqualOne(TinyTraining training, Task task, double tolerance)
      throws Exception {
    int threads = torch.get_num_threads();
    Engine.setThreads(1);
    try {
      Recorder alone = new Recorder();
      Parameters expected =
          training
              .trainer(task, TrainingFolder.of(folder, "one"), alone)
              .run(GreyBatches.of(8), greys(), Start.FRESH);
      Table table = new Table();
      List<Recorder> recorders = List.of(new Recorder(), new Recorder());
      List<Future<Parameters>> results = new ArrayList<>();
      ExecutorService pool = Executors.newFixedThreadPool(2);
      for (int r = 0; r < 2; r++) {
        int rank = r;
        results.add(
            pool.submit(
                () ->
                    new Trainer(
                            task,
                            training.settings(),
                            TrainingFolder.of(folder, "two"),
                            TinyTraining.config(),
                            InitialWeights.DRAWN,
                            Device.CPU,
                            new ThreadWorker(rank, table),
                            0,
                            recorders.get(rank))
                        .run(step -> new GreyBatches(8, rank, 2, step), greys(), Start.FRESH)));
      }
      Parameters first = results.get(0).get(2, TimeUnit.MINUTES);
      Parameters second = results.get(1).get(2, TimeUnit.MINUTES);
      pool.shutdown();
      for (String name : expected.names()) {
        float[] one = Tensors.values(expected.get(name));
        float[] two = Tensors.values(first.get(name));
        assertEquals(0, Arrays.compare(two, Tensors.values(second.get(name))), name);
        for (int i = 0; i < one.length; i++) {
          assertEquals(one[i], two[i], tolerance, name);
        }
      }
      assertEquals(recorders.get(0).losses(), recorders.get(1).losses());
      for (int step = 0; step < training.steps; step++) {
        double loss = alone.losses().get(step);
        assertEquals(loss, recorders.get(0).losses().get(step), 1e-4 * loss, "step " + step);
      }
      assertEquals(2, alone.validations.size());
      assertEquals(
          alone.validations.get(1).score(), recorders.get(1).validations.get(1).score(), 1e-4);
    } finally {
      Engine.setThreads(threads);
    }
  }

  @Test
  void aBatchIsSharedEvenly() {
    TinyTraining training = new TinyTraining();
    training.batch = 7;
    assertEquals(
        "training: a batch of 7 images cannot be shared evenly by 2 processes",
        refusal(training, Device.CPU));
  }

  @Test
  void processesTogetherAreForTheCpu() {
    assertEquals(
        "training: 2 processes train together on the CPU only, not on cuda:0",
        refusal(new TinyTraining(), Device.parse("cuda")));
  }

  /** What two processes are told that may not train. */
  private String refusal(TinyTraining training, Device device) {
    return assertThrows(
            TrainingException.class,
            () ->
                new Trainer(
                    training.diffusion(),
                    training.settings(),
                    TrainingFolder.of(folder, "two"),
                    TinyTraining.config(),
                    InitialWeights.DRAWN,
                    device,
                    new ThreadWorker(0, new Table()),
                    0,
                    new Recorder()))
        .getMessage();
  }
}
