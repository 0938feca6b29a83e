package dev.hale.engine.kernels;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.global.torch_cuda;

/**
 * Where LibTorch queues its own work; a class of its own because it needs LibTorch's CUDA build.
 */
final class CudaStreams {
  private CudaStreams() {}

  /** This thread's current stream on a device; null is CUDA's default stream. */
  static Pointer current(int device) {
    return torch_cuda.getCurrentCUDAStream((byte) device).stream();
  }
}
