package dev.hale.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.junit.jupiter.api.Test;

class NormTest {
  @Test
  void theNativeKernelAndLibTorchAgreeOnEveryUseInTheNetworks() {
    try (var scope = new PointerScope();
        var noGrad = new NoGradGuard()) {
      var norm = new Norm(torch.randn(64), torch.randn(64));
      Tensor planes = torch.randn(2, 64, 9, 7);
      Tensor last = planes.contiguous(MemoryFormat.ChannelsLast);
      Tensor added = torch.randn(2, 64);
      Tensor scaleAndShift = torch.randn(2, 128);
      assertClose(norm.silu(planes, null), norm.silu(last, null));
      assertClose(norm.siluOfSum(planes, added, null), norm.siluOfSum(last, added, null));
      assertClose(
          norm.siluScaled(planes, scaleAndShift, null), norm.siluScaled(last, scaleAndShift, null));
    }
  }

  @Test
  void gradientsAreRecordedWhereTheyAreAskedFor() {
    try (var scope = new PointerScope()) {
      var norm = new Norm(torch.ones(32), torch.zeros(32));
      Tensor x = torch.randn(1, 32, 4, 4).contiguous(MemoryFormat.ChannelsLast);
      assertTrue(norm.silu(x.requires_grad_(true), null).requires_grad());
    }
  }

  private static void assertClose(Tensor want, Tensor got) {
    double error = want.sub(got).abs().max().item_double();
    assertTrue(error < 2e-5, "error " + error);
  }
}
