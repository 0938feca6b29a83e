package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hale.diffusion.Guidance;
import dev.hale.engine.Engine;
import dev.hale.engine.Scope;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class HeldGuidanceTest {
  @Test
  void aGradientServesAsManyStepsAsItSays() {
    assertEquals(List.of(1.0, 1.0, 1.0, 4.0, 4.0, 4.0, 7.0), held(3, 7));
  }

  @Test
  void oneIsEveryStep() {
    assertEquals(List.of(1.0, 2.0, 3.0), held(1, 3));
  }

  /** What is held at each step, where the gradient at step n, counted from 1, is n everywhere. */
  private static List<Double> held(int every, int steps) {
    Engine.load();
    List<Double> seen = new ArrayList<>();
    try (Scope chain = new Scope()) {
      Tensor x = torch.zeros(2, 1, 4, 4);
      int[] step = {0};
      Guidance guidance =
          HeldGuidance.of((image, t) -> torch.full_like(image, new Scalar(step[0])), every, x);
      for (int n = 0; n < steps; n++) {
        step[0]++;
        try (Scope scope = new Scope()) { // as samplers have: what a step makes ends with it
          seen.add(guidance.gradient(x, null).min().item_double());
        }
      }
    }
    return seen;
  }
}
