package dev.hale.engine.kernels;

import dev.hale.engine.Engine;
import dev.hale.engine.NativeLibraries;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
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
    Engine.load();
    NativeLibraries.load(NativeKernels.class);
  }

  @Name("hale_denoise_step")
  static native void denoiseStep(@Const Step step, @Const Coefficients coefficients, int threads);

  @Name("hale_group_norm_workspace")
  static native @Cast("int64_t") long groupNormWorkspace(@Const Norm norm);

  @Name("hale_normalise_groups")
  static native void normaliseGroups(@Const Norm norm, int threads);

  @Name("hale_group_norm_backward_workspace")
  static native @Cast("int64_t") long groupNormBackwardWorkspace(@Const Norm norm);

  @Name("hale_normalise_groups_backward")
  static native void normaliseGroupsBackward(@Const NormBackward backward, int threads);

  @Name("hale_path_points")
  static native void pathPoints(@Const Path path, int threads);

  @Name("hale_accumulate")
  static native void accumulate(@Const Accumulation accumulation, int threads);

  @Name("hale_constraint_workspace")
  static native @Cast("int64_t") long constraintWorkspace(@Const Constraint constraint);

  @Name("hale_constrain")
  static native void constrain(@Const Constraint constraint, int threads);

  @Name("hale_attribution_map_workspace")
  static native @Cast("int64_t") long attributionMapWorkspace(@Const AttributionMap map);

  @Name("hale_map_attribution")
  static native void mapAttribution(@Const AttributionMap map, int threads);

  @Name("hale_map_ranges")
  static native void mapRanges(@Const Maps maps, Range ranges, int threads);

  @Name("hale_map_histograms")
  static native void mapHistograms(
      @Const Maps maps,
      @Const Range ranges,
      @Cast("int64_t") long bins,
      @Cast("int64_t*") LongPointer counts,
      int threads);

  @Name("hale_map_select_workspace")
  static native @Cast("int64_t") long mapSelectWorkspace(@Const Maps maps);

  @Name("hale_map_select")
  static native void mapSelect(
      @Const Maps maps,
      @Cast("const int64_t*") LongPointer ranks,
      FloatPointer values,
      Pointer workspace,
      int threads);

  @Name("hale_map_threshold")
  static native void mapThreshold(
      @Const Maps maps, @Const DoublePointer thresholds, @Const ByteTensor out, int threads);

  @Name("hale_isa")
  static native String isa();

  @Name("hale_has_bf16")
  @Cast("bool")
  static native boolean hasBf16();

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
    native @ByRef StridedTensor next();

    @MemberGetter
    @Name("pred_x0")
    native @ByRef StridedTensor predX0();

    @MemberGetter
    native @ByRef StridedTensor gate();

    @MemberGetter
    native @ByRef StridedTensor outside();
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

  /** {@code hale_storage}, as a part of a {@link Norm}. */
  @Name("hale_storage")
  static final class Storage extends Pointer {
    Storage(Pointer pointer) {
      super(pointer);
    }

    @MemberSetter
    native Storage data(Pointer value);

    @MemberSetter
    native Storage stride(int axis, @Cast("int64_t") long value);
  }

  /** {@code hale_bytes}, all zero at first, alone or as a part of another structure. */
  @Name("hale_bytes")
  static final class ByteTensor extends Pointer {
    ByteTensor() {
      allocate();
    }

    ByteTensor(Pointer pointer) {
      super(pointer);
    }

    private native void allocate();

    @MemberSetter
    native ByteTensor data(@Cast("uint8_t*") Pointer value);

    @MemberSetter
    native ByteTensor stride(int axis, @Cast("int64_t") long value);
  }

  /** An array of {@code hale_range}. */
  @Name("hale_range")
  static final class Range extends Pointer {
    Range(long size) {
      allocateArray(size);
    }

    Range(Pointer pointer) {
      super(pointer);
    }

    private native void allocateArray(long size);

    /** This array, which from now on begins at that entry. */
    Range at(long entry) {
      return position(entry);
    }

    @MemberGetter
    native @Cast("int64_t") long count();

    @MemberGetter
    @Name("not_finite")
    native @Cast("int64_t") long notFinite();

    @MemberGetter
    native float low();

    @MemberGetter
    native float high();
  }

  /** {@code hale_group_norm}, all zero at first. Freed as a {@link Step} is. */
  @Name("hale_group_norm")
  static final class Norm extends Pointer {
    Norm() {
      allocate();
    }

    Norm(Pointer pointer) {
      super(pointer);
    }

    private native void allocate();

    @MemberSetter
    native Norm size(int axis, @Cast("int64_t") long value);

    @MemberSetter
    native Norm groups(@Cast("int64_t") long value);

    @MemberGetter
    native @ByRef Storage x();

    @MemberGetter
    native @ByRef Storage y();

    @MemberGetter
    native @ByRef Storage weight();

    @MemberGetter
    native @ByRef Storage bias();

    @MemberGetter
    native @ByRef Storage added();

    @MemberGetter
    native @ByRef Storage scale();

    @MemberGetter
    native @ByRef Storage shift();

    @MemberSetter
    native Norm workspace(Pointer value);

    @MemberSetter
    native Norm epsilon(float value);

    @MemberSetter
    native Norm bfloat16(int value);

    @MemberSetter
    native Norm silu(int value);
  }

  /** {@code hale_group_norm_backward}, all zero at first. Freed as a {@link Step} is. */
  @Name("hale_group_norm_backward")
  static final class NormBackward extends Pointer {
    NormBackward() {
      allocate();
    }

    private native void allocate();

    @MemberGetter
    native @ByRef Norm norm();

    @MemberGetter
    @Name("by_y")
    native @ByRef Storage byY();

    @MemberGetter
    @Name("by_x")
    native @ByRef Storage byX();

    @MemberSetter
    native NormBackward workspace(Pointer value);
  }

  /** {@code hale_path}, all zero at first. Freed as a {@link Step} is. */
  @Name("hale_path")
  static final class Path extends Pointer {
    Path() {
      allocate();
    }

    private native void allocate();

    @MemberSetter
    native Path size(int axis, @Cast("int64_t") long value);

    @MemberGetter
    native @ByRef StridedTensor x();

    @MemberGetter
    native @ByRef StridedTensor baseline();

    @MemberGetter
    native @ByRef StridedTensor out();

    @MemberSetter
    native Path alpha(@Const FloatPointer value);
  }

  /** {@code hale_accumulation}, all zero at first. Freed as a {@link Step} is. */
  @Name("hale_accumulation")
  static final class Accumulation extends Pointer {
    Accumulation() {
      allocate();
    }

    private native void allocate();

    @MemberSetter
    native Accumulation size(int axis, @Cast("int64_t") long value);

    @MemberGetter
    native @ByRef StridedTensor gradient();

    @MemberGetter
    native @ByRef StridedTensor x();

    @MemberGetter
    native @ByRef StridedTensor baseline();

    @MemberGetter
    native @ByRef StridedTensor sum();

    @MemberSetter
    native Accumulation weight(@Const FloatPointer value);
  }

  /** {@code hale_constraint}, all zero at first. Freed as a {@link Step} is. */
  @Name("hale_constraint")
  static final class Constraint extends Pointer {
    Constraint() {
      allocate();
    }

    private native void allocate();

    @MemberSetter
    native Constraint size(int axis, @Cast("int64_t") long value);

    @MemberGetter
    native @ByRef StridedTensor attribution();

    @MemberGetter
    native @ByRef StridedTensor mask();

    @MemberGetter
    native @ByRef StridedTensor derivative();

    @MemberSetter
    native Constraint value(DoublePointer value);

    @MemberSetter
    native Constraint workspace(Pointer value);

    @MemberSetter
    native Constraint scale(float value);

    @MemberSetter
    native Constraint quadratic(int value);
  }

  /** {@code hale_attribution_map}, all zero at first. Freed as a {@link Step} is. */
  @Name("hale_attribution_map")
  static final class AttributionMap extends Pointer {
    AttributionMap() {
      allocate();
    }

    private native void allocate();

    @MemberSetter
    native AttributionMap size(int axis, @Cast("int64_t") long value);

    @MemberGetter
    native @ByRef StridedTensor attribution();

    @MemberGetter
    native @ByRef StridedTensor map();

    @MemberGetter
    native @ByRef ByteTensor mask();

    @MemberSetter
    native AttributionMap workspace(Pointer value);

    @MemberSetter
    native AttributionMap sigma(float value);

    @MemberSetter
    native AttributionMap positive(int value);

    @MemberSetter
    native AttributionMap normalise(int value);
  }

  /** {@code hale_maps}, all zero at first. Freed as a {@link Step} is. */
  @Name("hale_maps")
  static final class Maps extends Pointer {
    Maps() {
      allocate();
    }

    private native void allocate();

    @MemberSetter
    native Maps size(int axis, @Cast("int64_t") long value);

    @MemberGetter
    native @ByRef StridedTensor values();

    @MemberGetter
    native @ByRef ByteTensor mask();
  }
}
