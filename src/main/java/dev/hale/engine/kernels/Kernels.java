package dev.hale.engine.kernels;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.DeviceType;

/**
 * Every operation that hale computes with its own native code rather than with LibTorch. One
 * implementation serves one kind of device; {@link #of} picks it and never falls back to another.
 *
 * <p>Implementations keep no state: one instance may be used from any number of threads.
 */
public interface Kernels {

  /**
   * The kernels for tensors that live on {@code device}.
   *
   * @throws dev.hale.engine.DeviceException if this build has none for it, or they cannot be loaded
   */
  static Kernels of(DeviceType device) {
    return KernelsByDevice.of(device);
  }

  /** Which code answers, for logs and run manifests: for instance {@code "cpu (avx2)"}. */
  String implementation();

  /**
   * One step of a diffusion chain, from the network's output to the next image, in one pass over
   * memory. {@link StepCoefficients} gives the equations.
   *
   * <p>All tensors are float32, on one device, and may have any strides; inputs may be expanded
   * views. No gradient is recorded. {@code out.next()} may be {@code x} itself; beyond that, what
   * is written must share no memory with anything else that is passed.
   *
   * @param x the current image x_t, {@code [N, C, H, W]}
   * @param modelOutput what the network predicts, {@code [N, C, H, W]}, or {@code [N, 2C, H, W]}
   *     where its second half is the learned variance, in [-1, 1] (ignored unless {@code
   *     c.learnedVariance()})
   * @param gradientOrNull ∇ log p(y | x_t), like {@code x}; needed if {@code c} is guided
   * @param noiseOrNull standard normal noise z, like {@code x}; needed if {@code c.noiseScale()} is
   *     not 0
   * @param c the scalars of this step
   * @param out where the results go
   * @throws IllegalArgumentException if an argument does not fit the others; nothing is written
   *     then
   */
  void denoiseStep(
      Tensor x,
      Tensor modelOutput,
      Tensor gradientOrNull,
      Tensor noiseOrNull,
      StepCoefficients c,
      StepOutputs out);
}
