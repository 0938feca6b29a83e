package dev.hale.engine.kernels;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.Device;
import net.jqwik.api.Example;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The C++ group normalisation. */
class CpuGroupNormTest extends GroupNormContract {
  @Override
  Kernels kernels() {
    return Kernels.of(Device.CPU);
  }

  @Example
  void thousandsOfNormsLeaveMemoryFlat() {
    try (var scope = new PointerScope()) {
      Tensor x = torch.randn(1, 32, 4, 4);
      Tensor gradient = torch.randn(1, 32, 4, 4);
      FusedGroupNorm norm = FusedGroupNorm.of(32, 1e-5, torch.ones(32), torch.zeros(32), true);
      run(100, x, norm, gradient);
      long tracked = Pointer.totalBytes();
      run(2_000, x, norm, gradient);
      assertTrue(Pointer.totalBytes() <= tracked, "less where others' garbage was collected");
    }
  }

  private void run(int count, Tensor x, FusedGroupNorm norm, Tensor gradient) {
    for (int i = 0; i < count; i++) {
      kernels().groupNorm(x, norm, x);
      kernels().groupNormBackward(x, norm, gradient, gradient, null);
    }
  }
}
