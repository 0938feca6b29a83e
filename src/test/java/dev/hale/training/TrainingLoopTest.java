package dev.hale.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.function.IntConsumer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The loop on losses simple enough to follow by hand. */
class TrainingLoopTest {
  private final Scope scope = new Scope();
  private final Parameters parameters = Parameters.of(Map.of("p", torch.zeros(3)));

  @AfterEach
  void free() {
    parameters.close();
    scope.close();
  }

  private static TrainingSettings settings(int steps, int warmup, double emaDecay) {
    return new TrainingSettings(steps, 1, 0.01, 0, warmup, emaDecay, 1, 3, 0);
  }

  private double value() {
    return parameters.get("p").select(0, 0).item_double();
  }

  private Tensor sum() {
    return parameters.get("p").sum();
  }

  private static TrainingLoop.Listener listener(DoubleConsumer onLoss, IntConsumer onCheckpoint) {
    return new TrainingLoop.Listener() {
      @Override
      public void onStep(int step, double loss) {
        onLoss.accept(loss);
      }

      @Override
      public void onCheckpoint(int step, Parameters average) {
        onCheckpoint.accept(step);
      }
    };
  }

  /** Under a constant gradient, Adam moves by exactly the learning rate. */
  @Test
  void theLearningRateWarmsUpAndFallsAlongACosine() {
    List<Double> values = new ArrayList<>(List.of(0.0));
    new TrainingLoop(settings(12, 4, 0), parameters)
        .run(step -> sum(), listener(loss -> values.add(value()), step -> {}))
        .close();
    for (int step = 0; step < 12; step++) {
      double rate =
          step < 4
              ? 0.01 * (step + 1) / 4
              : 0.01 * (0.1 + 0.45 * (1 + Math.cos(Math.PI * (step - 4) / 8)));
      assertEquals(rate, values.get(step) - values.get(step + 1), 1e-6, "step " + step);
    }
  }

  @Test
  void theAverageFollowsItsFormula() {
    double decay = 0.5; // reached at step 8: (1 + 8) / (10 + 8)
    double[] average = new double[1];
    int[] step = new int[1];
    try (Parameters result =
        new TrainingLoop(settings(20, 1, decay), parameters)
            .run(
                i -> sum(),
                listener(
                    loss -> {
                      double used = Math.min(decay, (1.0 + step[0]) / (10.0 + step[0]));
                      average[0] = used * average[0] + (1 - used) * value();
                      step[0]++;
                    },
                    at -> {}))) {
      assertEquals(average[0], result.get("p").select(0, 0).item_double(), 1e-6);
      assertTrue(Math.abs(average[0] - value()) > 1e-3, "the average does not lag behind");
    }
  }

  @Test
  void lossesAndCheckpointsAreReportedAsTheyCome() {
    List<Double> losses = new ArrayList<>();
    List<Integer> checkpoints = new ArrayList<>();
    new TrainingLoop(settings(7, 1, 0.9), parameters)
        .run(
            step -> sum().mul(new Scalar(0.0)).add(new Scalar(step), new Scalar(1.0)),
            listener(losses::add, checkpoints::add))
        .close();
    assertEquals(List.of(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0), losses);
    assertEquals(List.of(3, 6, 7), checkpoints);
  }

  @Test
  void aLongGradientIsShortened() {
    // Adam forgets the gradient's scale, but not that of one step against another.
    double[] after = new double[2];
    for (int run = 0; run < 2; run++) {
      boolean spike = run == 1;
      try (Parameters own = Parameters.of(Map.of("p", torch.zeros(1)))) {
        new TrainingLoop(settings(5, 1, 0), own)
            .run(
                step -> own.get("p").sum().mul(new Scalar(spike && step == 0 ? 1e6 : 1.0)),
                listener(loss -> {}, step -> {}))
            .close();
        after[run] = own.get("p").item_double();
      }
    }
    assertEquals(after[0], after[1], 1e-6);
  }

  @Test
  void aLossThatIsNoNumberStopsAtItsStep() {
    List<Double> seen = new ArrayList<>();
    var loop = new TrainingLoop(settings(9, 1, 0.9), parameters);
    var thrown =
        assertThrows(
            TrainingException.class,
            () ->
                loop.run(
                    step -> step == 2 ? sum().mul(new Scalar(Double.NaN)) : sum(),
                    listener(loss -> seen.add(value()), step -> {})));
    assertEquals("loss became NaN at step 3; lower the learning rate", thrown.getMessage());
    assertEquals(2, seen.size());
    assertEquals(seen.get(1), value(), "the step changed the parameters");
  }

  @Test
  void anInfiniteLossStopsToo() {
    var loop = new TrainingLoop(settings(9, 1, 0.9), parameters);
    var thrown =
        assertThrows(
            TrainingException.class,
            () ->
                loop.run(
                    step -> sum().add(new Scalar(Double.POSITIVE_INFINITY), new Scalar(1.0)),
                    listener(loss -> {}, step -> {})));
    assertEquals("loss became Infinity at step 1; lower the learning rate", thrown.getMessage());
  }

  @Test
  void settingsThatCannotBeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> settings(0, 1, 0.9));
    assertThrows(IllegalArgumentException.class, () -> settings(1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> settings(1, 1, -0.1));
    assertThrows(
        IllegalArgumentException.class,
        () -> new TrainingSettings(1, 1, Double.NaN, 0, 1, 0, 1, 1, 0));
  }
}
