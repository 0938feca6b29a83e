package dev.hale.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TrainingSettingsTest {
  private static String refusal(Consumer<TinyTraining> change) {
    TinyTraining training = new TinyTraining();
    change.accept(training);
    return assertThrows(TrainingException.class, training::diffusion).getMessage();
  }

  @Test
  void whatCannotBeIsRefusedByName() {
    assertEquals("training: steps is 0, expected 1 or more", refusal(t -> t.steps = 0));
    assertEquals("training: micro_batch is 0, expected 1 or more", refusal(t -> t.microBatch = 0));
    assertEquals("training: lr is NaN, expected a number above 0", refusal(t -> t.lr = Double.NaN));
    assertEquals("training: ema is 1.0, expected [0, 1)", refusal(t -> t.ema = List.of(1.0)));
    assertEquals(
        "training: ema is [0.5, 0.5], expected different decays",
        refusal(t -> t.ema = List.of(0.5, 0.5)));
    assertEquals(
        "training: noise_levels is 1001, but the diffusion has 1000 steps",
        refusal(t -> t.noiseLevels = 1001));
    assertEquals("training: min_snr is -1.0, expected 0 or more", refusal(t -> t.minSnr = -1));
  }

  @Test
  void theRateWarmsUpAndFallsAlongACosineToATenth() {
    TinyTraining training = new TinyTraining();
    training.steps = 104;
    training.warmup = 4;
    training.lr = 0.01;
    TrainingSettings settings = training.settings();
    for (int step = 0; step < 104; step++) {
      double expected =
          step < 4
              ? 0.01 * (step + 1) / 4
              : 0.01 * (0.1 + 0.45 * (1 + Math.cos(Math.PI * (step - 4) / 100)));
      assertEquals(expected, settings.learningRateAt(step), 1e-12, "step " + step);
    }
    assertEquals(0.001, settings.learningRateAt(104), 1e-12);
    training.schedule = RateSchedule.CONSTANT;
    assertEquals(0.0025, training.settings().learningRateAt(0), 1e-12);
    assertEquals(0.01, training.settings().learningRateAt(99));
  }

  @Test
  void anAverageStartsFastAndReachesItsDecay() {
    assertEquals(0.1, TrainingSettings.decayAt(0.999, 0));
    assertEquals(11.0 / 20, TrainingSettings.decayAt(0.999, 10));
    assertEquals(0.999, TrainingSettings.decayAt(0.999, 100_000));
  }
}
