package dev.hale.engine.kernels;

import dev.hale.engine.Device;
import dev.hale.engine.Precision;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.DeviceType;

/**
 * Every operation that hale computes with its own native code rather than with LibTorch. One
 * implementation serves one kind of device; {@link #of} picks it and never falls back to another.
 *
 * <p>Implementations keep no state that shows in a result: one instance may be used from any number
 * of threads.
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

  /**
   * The same, for one of hale's devices.
   *
   * @throws dev.hale.engine.DeviceException also if the device is absent
   */
  static Kernels of(Device device) {
    return of(device.requireAvailable().isCuda() ? DeviceType.CUDA : DeviceType.CPU);
  }

  /** Which code answers, for logs and run manifests: for instance {@code "cpu (avx2)"}. */
  String implementation();

  /**
   * The precision that networks compute in where one is wanted: that one, or float32 where bfloat16
   * is not known to be quicker. A processor without instructions for it takes many times as long;
   * the first time a line is logged.
   */
  Precision usable(Precision wanted);

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
   * @param noiseOrNull standard normal noise z, like {@code x}; needed if {@code
   *     c.next().fromNoise()} is not 0
   * @param c the scalars of this step
   * @param out where the results go, and what the next image is composed with
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

  /**
   * A group normalisation with what surrounds it, reading x twice and writing out once. {@link
   * FusedGroupNorm} gives the equation; sums and arithmetic are in float32 or better. No gradient
   * is recorded.
   *
   * @param x {@code [N, C, H, W]}, float32 or bfloat16, any strides
   * @param out like {@code x}; may be {@code x} itself
   * @throws IllegalArgumentException if an argument does not fit the others; nothing is written
   *     then
   */
  void groupNorm(Tensor x, FusedGroupNorm norm, Tensor out);

  /** The rows of what {@link #groupNormBackward} tells of the parameters. */
  enum NormParameter {
    /** To be added up over the images. */
    WEIGHT(NativeKernels.HALE_NORM_WEIGHT),
    /** To be added up over the images. */
    BIAS(NativeKernels.HALE_NORM_BIAS),
    ADDED(NativeKernels.HALE_NORM_ADDED),
    SCALE(NativeKernels.HALE_NORM_SCALE),
    SHIFT(NativeKernels.HALE_NORM_SHIFT);

    private final int row;

    NormParameter(int row) {
      this.row = row;
    }

    /** The derivatives with respect to it, {@code [N, C]}: a view. */
    public Tensor of(Tensor byParameters) {
      return byParameters.select(1, row);
    }
  }

  /**
   * The derivative of {@link #groupNorm}: from ∂L/∂y to ∂L/∂x and, if asked for, to those with
   * respect to the norm's parameters, whether it has them or not. All that it needs besides is
   * computed anew from x, which it reads three times.
   *
   * @param x what was normalised, {@code [N, C, H, W]}, float32 or bfloat16, any strides
   * @param gradient ∂L/∂y, like {@code x}
   * @param out ∂L/∂x, like {@code x}; may be {@code gradient} itself
   * @param byParametersOrNull written: float32 {@code [N, 5, C]}, contiguous, a row for each {@link
   *     NormParameter}
   * @throws IllegalArgumentException if an argument does not fit the others; nothing is written
   *     then
   */
  void groupNormBackward(
      Tensor x, FusedGroupNorm norm, Tensor gradient, Tensor out, Tensor byParametersOrNull);

  /**
   * Points of the straight paths from baselines to images: {@code out = α·x + (1 − α)·baseline}
   * (Sundararajan, Taly and Yan 2017, eq. 1). All float32 {@code [N, C, H, W]}; inputs may be
   * expanded views.
   *
   * @param baselineOrNull all 0 if absent
   * @param alphas one α for each n
   * @throws IllegalArgumentException if an argument does not fit the others
   */
  void pathPoints(Tensor x, Tensor baselineOrNull, float[] alphas, Tensor out);

  /**
   * Adds {@code weight·gradient·(x − baseline)} to {@code sum}, or {@code weight·gradient} where
   * there is no x. All float32 {@code [N, C, H, W]}; inputs may be expanded views.
   *
   * @param baselineOrNull all 0 if absent; only with x
   * @param weights one for each n
   * @param sum {@code [N, C, H, W]}, or {@code [1, C, H, W]} into which all n are added
   * @throws IllegalArgumentException if an argument does not fit the others
   */
  void accumulate(
      Tensor gradient, Tensor xOrNull, Tensor baselineOrNull, float[] weights, Tensor sum);

  /**
   * The mean penalty of each image over its mask, and its derivative by the attribution, in one
   * pass over the attribution.
   *
   * @param attribution float32 {@code [N, C, H, W]}
   * @param maskOrNull like {@code attribution}, weights in [0, 1], expanded views welcome; all 1 if
   *     absent
   * @param derivativeOrNull like {@code attribution}; where the derivatives go
   * @return {@code [N]}; 0 for an image whose mask is empty
   * @throws IllegalArgumentException if an argument does not fit the others
   */
  double[] constraint(
      Tensor attribution, Tensor maskOrNull, AttributionPenalty penalty, Tensor derivativeOrNull);

  /**
   * The map of an attribution: its sum over channels, blurred by a Gaussian that sees only the
   * inside of the mask.
   *
   * @param attribution float32 {@code [N, C, H, W]}
   * @param maskOrNull uint8 or Bool {@code [N, H, W]}; everything if absent
   * @param out float32 {@code [N, H, W]}; 0 outside of the mask
   * @throws IllegalArgumentException if an argument does not fit the others
   */
  void attributionMap(
      Tensor attribution, Tensor maskOrNull, AttributionMapOptions options, Tensor out);

  /**
   * A histogram of each map.
   *
   * @param maps float32 {@code [N, …]} with up to three more axes
   * @param maskOrNull like {@code maps}, uint8 or Bool; everything if absent
   * @throws IllegalArgumentException if an argument does not fit the others, or a value inside the
   *     mask is not finite
   */
  MapHistogram[] histograms(Tensor maps, Tensor maskOrNull, int bins);

  /**
   * Of each map the value of a rank, from 0 in ascending order, inside its mask: exact, without
   * sorting.
   *
   * @param maps float32 {@code [N, …]} with up to three more axes
   * @param maskOrNull like {@code maps}, uint8 or Bool; everything if absent
   * @param ranks one for each map
   * @throws IllegalArgumentException if an argument does not fit the others, a map has no such
   *     rank, or a value inside the mask is not finite
   */
  float[] select(Tensor maps, Tensor maskOrNull, long[] ranks);

  /**
   * Marks what is strictly greater than a threshold.
   *
   * @param maps float32 {@code [N, …]} with up to three more axes
   * @param maskOrNull like {@code maps}, uint8 or Bool; everything if absent
   * @param thresholds one for each map
   * @param out like {@code maps}, uint8 or Bool: 1 where marked, else 0
   * @throws IllegalArgumentException if an argument does not fit the others
   */
  void above(Tensor maps, Tensor maskOrNull, double[] thresholds, Tensor out);
}
