package dev.hale.training;

import static dev.hale.model.TensorAssert.assertClose;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.Scope;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class AdamWTest {
  /** LibTorch's own optimiser, given the same gradients and rates, goes the same way. */
  @Test
  void itIsLibTorchsAdamW() {
    try (Scope scope = new Scope()) {
      torch.manual_seed(5);
      Tensor start = torch.randn(1000);
      Tensor theirs = start.clone().requires_grad_(true);
      AdamWOptions options = new AdamWOptions(1e-3);
      options.weight_decay().put(0.1);
      var reference = new org.bytedeco.pytorch.AdamW(new TensorVector(theirs), options);
      Tensor ours = start.clone();
      AdamW optimiser = new AdamW(torch.zeros(1000), torch.zeros(1000), 0.1);
      for (int step = 0; step < 50; step++) {
        double rate = 1e-3 * (1 + step % 7);
        Tensor gradient = torch.randn(1000);
        theirs.mutable_grad().put(gradient.clone());
        reference.param_groups().get(0).options().set_lr(rate);
        reference.step();
        try (NoGradGuard noGrad = new NoGradGuard()) {
          optimiser.step(ours, gradient, rate, step);
        }
      }
      assertClose(theirs.detach(), ours, 1e-7);
      assertTrue(start.sub(ours).abs().max().item_double() > 1e-2, "nothing moved");
    }
  }
}
