package dev.hale.engine.kernels;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.ByRef;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.MemberGetter;
import org.bytedeco.javacpp.annotation.MemberSetter;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;

/**
 * The binding of {@code src/main/cpp/hale.h}, name for name: the only class through which hale's
 * own native code is called. The build generates its JNI code and links it with that library.
 */
@Properties(@Platform(include = "hale.h"))
final class NativeKernels {
  private NativeKernels() {}

  static {
    // LibTorch first: it brings the OpenMP runtime, which our library then finds already loaded
    // under the same name. In the other order the process would run two, with two thread pools.
    Loader.load(org.bytedeco.pytorch.global.torch.class);
    Loader.load(NativeKernels.class);
  }

  @Name("hale_denoise_step")
  static native void denoiseStep(@Const Step step, @Const Coefficients coefficients, int threads);

  @Name("hale_isa")
  static native String isa();

  /** Returns 0, or -1 if {@code name} is not to be had here; {@code null} for the best there is. */
  @Name("hale_force_isa")
  static native int forceIsa(String name);

  /** {@code hale_tensor}, as a part of a {@link Step}. */
  @Name("hale_tensor")
  static final class StridedTensor extends Pointer {
    StridedTensor(Pointer pointer) {
      super(pointer);
    }

    @MemberSetter
    native StridedTensor data(FloatPointer value);

    @MemberSetter
    native StridedTensor stride(int axis, @Cast("int64_t") long value);
  }

  /** {@code hale_step}, all zero at first. Freed with the scope in which it is made. */
  @Name("hale_step")
  static final class Step extends Pointer {
    Step() {
      allocate();
    }

    private native void allocate();

    @MemberSetter
    native Step size(int axis, @Cast("int64_t") long value);

    @MemberGetter
    native @ByRef StridedTensor x();

    @MemberGetter
    native @ByRef StridedTensor output();

    @MemberGetter
    native @ByRef StridedTensor gradient();

    @MemberGetter
    native @ByRef StridedTensor noise();

    @MemberGetter
    native @ByRef StridedTensor reference();

    @MemberGetter
    native @ByRef StridedTensor next();

    @MemberGetter
    @Name("pred_x0")
    native @ByRef StridedTensor predX0();

    @MemberGetter
    @Name("difference_map")
    native @ByRef StridedTensor differenceMap();
  }

  /** {@code hale_step_coefficients}, all zero at first. Freed as a {@link Step} is. */
  @Name("hale_step_coefficients")
  static final class Coefficients extends Pointer {
    Coefficients() {
      allocate();
    }

    private native void allocate();

    @MemberSetter
    @Name("x0_from_x")
    native Coefficients x0FromX(float value);

    @MemberSetter
    @Name("x0_from_output")
    native Coefficients x0FromOutput(float value);

    @MemberSetter
    @Name("eps_from_x")
    native Coefficients epsFromX(float value);

    @MemberSetter
    @Name("eps_from_output")
    native Coefficients epsFromOutput(float value);

    @MemberSetter
    native Coefficients signal(float value);

    @MemberSetter
    @Name("inverse_signal")
    native Coefficients inverseSignal(float value);

    @MemberSetter
    native Coefficients noise(float value);

    @MemberSetter
    @Name("inverse_noise")
    native Coefficients inverseNoise(float value);

    @MemberSetter
    native Coefficients guidance(float value);

    @MemberSetter
    @Name("min_log_variance")
    native Coefficients minLogVariance(float value);

    @MemberSetter
    @Name("max_log_variance")
    native Coefficients maxLogVariance(float value);

    @MemberSetter
    @Name("next_from_x0")
    native Coefficients nextFromX0(float value);

    @MemberSetter
    @Name("next_from_x")
    native Coefficients nextFromX(float value);

    @MemberSetter
    @Name("next_from_eps")
    native Coefficients nextFromEps(float value);

    @MemberSetter
    @Name("mean_guidance")
    native Coefficients meanGuidance(float value);

    @MemberSetter
    @Name("noise_scale")
    native Coefficients noiseScale(float value);

    @MemberSetter
    native Coefficients clamp(int value);

    @MemberSetter
    @Name("learned_variance")
    native Coefficients learnedVariance(int value);
  }
}
