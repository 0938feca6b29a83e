package dev.hale.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hale.attribution.AttributionMethod;
import dev.hale.attribution.ConstraintSettings;
import dev.hale.engine.ComputeThreads;
import dev.hale.engine.Parameters;
import dev.hale.engine.kernels.AttributionPenalty.Cost;
import dev.hale.model.FixedPointGanConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parts of a batch side by side: no bit may depend on how many compute them. */
class TrainingWorkersTest extends OneThread {
  @TempDir Path folder;

  private static TinyTraining inParts() {
    TinyTraining training = new TinyTraining();
    training.steps = 6;
    training.microBatch = 2;
    training.dropout = 0.3;
    return training;
  }

  /** The numbers of the trained weights. */
  private float[] train(TinyTraining training, Task task, int workers, Recorder recorder) {
    training.workers = workers;
    TrainingFolder files = TrainingFolder.of(folder, "run" + workers + recorder.hashCode());
    try (Parameters trained =
        training.trainer(task, files, recorder).run(GreyBatches.of(training.batch), Start.FRESH)) {
      Tensor[] all = trained.values().stream().map(t -> t.flatten(0, -1)).toArray(Tensor[]::new);
      return values(torch.cat(new TensorVector(all), 0));
    }
  }

  private static float[] values(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.numel())];
    tensor.contiguous().data_ptr_float().get(values);
    return values;
  }

  private void assertSameForAnyWorkers(TinyTraining training, Task task) {
    Recorder one = new Recorder();
    float[] alone = train(training, task, 1, one);
    for (int workers : new int[] {2, 3, 9}) {
      Recorder several = new Recorder();
      float[] together = train(training, task, workers, several);
      assertEquals(one.losses(), several.losses());
      assertArrayEquals(alone, together);
    }
  }

  @Test
  void aDiffusionModelsBitsDoNotDependOnThem() {
    TinyTraining training = inParts();
    assertSameForAnyWorkers(training, training.diffusion());
  }

  @Test
  void aConstrainedCriticsBitsDoNotDependOnThem() {
    TinyTraining training = inParts();
    ConstraintSettings constraint =
        new ConstraintSettings(
            1, 0, 100, Cost.SOFTPLUS, List.of(AttributionMethod.EXPECTED_GRADIENTS), 1);
    assertSameForAnyWorkers(training, training.critic(constraint));
  }

  @Test
  void twoNetworksAgainstEachOtherDoNotDependOnThem() {
    TinyTraining training = inParts();
    FixedPointGanTask task =
        FixedPointGanTask.of(
            new FixedPointGanConfig(8, 1, 4, 1, 8, 2),
            new FixedPointLosses(1, 10, 10, 10, 2),
            training.settings());
    assertSameForAnyWorkers(training, task);
  }

  @Test
  void dropoutMasksFollowFromSeedAndPosition() {
    TinyTraining training = inParts();
    Recorder with = new Recorder();
    train(training, training.diffusion(), 2, with);
    training.dropout = 0;
    Recorder without = new Recorder();
    train(training, training.diffusion(), 2, without);
    assertNotEquals(with.losses(), without.losses());
  }

  @Test
  void whatThePartThatFailedSaysIsHeard() {
    try (ComputeThreads workers = ComputeThreads.of(4);
        Parameters weights = Parameters.of(Map.of("w", torch.ones(1)))) {
      GradientParts parts = new GradientParts(workers, Map.of("w", torch.zeros(1)));
      for (int attempt = 0; attempt < 50; attempt++) {
        CountDownLatch others = new CountDownLatch(3);
        GradientParts.Part part =
            (number, leaves) -> {
              if (number == 0) {
                awaitQuietly(others); // then the others wait for their turns
                throw new TrainingException("part 0 is wrong");
              }
              others.countDown();
            };
        var error = assertThrows(TrainingException.class, () -> parts.add(4, weights, part));
        assertEquals("part 0 is wrong", error.getMessage());
      }
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
