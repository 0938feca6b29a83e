package dev.hale.engine.kernels;

import dev.hale.engine.NativeLibraries;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.Opaque;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;

/**
 * The binding of {@code src/main/cpp/gpu/hale_gpu.h}, name for name: hale's way to CUDA's
 * libraries. A library of its own beside that of {@link NativeKernels}, whose structures it takes.
 */
@Properties(@Platform(include = {"hale.h", "gpu/hale_gpu.h"}))
final class NativeCuda {
  private NativeCuda() {}

  static {
    NativeKernels.isa(); // loads the structures
    NativeLibraries.load(NativeCuda.class);
  }

  @Name("hale_open_failure")
  static native String openFailure();

  @Name("hale_open_driver")
  static native Driver openDriver(String library);

  @Name("hale_driver_error")
  static native String driverError(@Const Driver driver, int result);

  @Name("hale_device_architecture")
  static native int deviceArchitecture(@Const Driver driver, int device, int[] architecture);

  @Name("hale_load_module")
  static native int loadModule(
      @Const Driver driver,
      int device,
      @Const BytePointer image,
      @Cast("hale_module**") PointerPointer<Module> module);

  @Name("hale_copy_to_device")
  static native int copyToDevice(
      @Const Module module,
      Pointer to,
      @Const Pointer from,
      @Cast("int64_t") long bytes,
      Pointer stream);

  @Name("hale_copy_to_host")
  static native int copyToHost(
      @Const Module module,
      Pointer to,
      @Const Pointer from,
      @Cast("int64_t") long bytes,
      Pointer stream);

  @Name("hale_gpu_denoise_step")
  static native int denoiseStep(
      Module module,
      Pointer stream,
      @Const NativeKernels.Step step,
      @Const NativeKernels.Coefficients coefficients);

  @Name("hale_gpu_group_norm_workspace")
  static native @Cast("int64_t") long groupNormWorkspace(@Const NativeKernels.Norm norm);

  @Name("hale_gpu_normalise_groups")
  static native int normaliseGroups(Module module, Pointer stream, @Const NativeKernels.Norm norm);

  @Name("hale_gpu_group_norm_backward_workspace")
  static native @Cast("int64_t") long groupNormBackwardWorkspace(@Const NativeKernels.Norm norm);

  @Name("hale_gpu_normalise_groups_backward")
  static native int normaliseGroupsBackward(
      Module module, Pointer stream, @Const NativeKernels.NormBackward backward);

  @Name("hale_gpu_path_points")
  static native int pathPoints(Module module, Pointer stream, @Const NativeKernels.Path path);

  @Name("hale_gpu_accumulate")
  static native int accumulate(
      Module module, Pointer stream, @Const NativeKernels.Accumulation accumulation);

  @Name("hale_gpu_constraint_workspace")
  static native @Cast("int64_t") long constraintWorkspace(
      @Const NativeKernels.Constraint constraint);

  @Name("hale_gpu_constrain")
  static native int constrain(
      Module module, Pointer stream, @Const NativeKernels.Constraint constraint);

  @Name("hale_gpu_map_attribution")
  static native int mapAttribution(
      Module module, Pointer stream, @Const NativeKernels.AttributionMap map);

  @Name("hale_gpu_map_ranges")
  static native int mapRanges(
      Module module, Pointer stream, @Const NativeKernels.Maps maps, NativeKernels.Range ranges);

  @Name("hale_gpu_map_histograms")
  static native int mapHistograms(
      Module module,
      Pointer stream,
      @Const NativeKernels.Maps maps,
      @Const NativeKernels.Range ranges,
      @Cast("int64_t") long bins,
      @Cast("int64_t*") LongPointer counts);

  @Name("hale_gpu_map_select")
  static native int mapSelect(
      Module module,
      Pointer stream,
      @Const NativeKernels.Maps maps,
      @Cast("const int64_t*") LongPointer ranks,
      FloatPointer values,
      Pointer workspace);

  @Name("hale_gpu_map_threshold")
  static native int mapThreshold(
      Module module,
      Pointer stream,
      @Const NativeKernels.Maps maps,
      @Const DoublePointer thresholds,
      @Const NativeKernels.ByteTensor out);

  @Name("hale_open_nvrtc")
  static native Nvrtc openNvrtc(String library, String builtins);

  @Name("hale_nvrtc_error")
  static native String nvrtcError(@Const Nvrtc nvrtc, int result);

  @Name("hale_nvrtc_version")
  static native int nvrtcVersion(@Const Nvrtc nvrtc, int[] major, int[] minor);

  @Name("hale_compile")
  static native int compile(
      @Const Nvrtc nvrtc,
      String source,
      int headers,
      @Cast("const char* const*") PointerPointer<BytePointer> headerNames,
      @Cast("const char* const*") PointerPointer<BytePointer> headerContents,
      int options,
      @Cast("const char* const*") PointerPointer<BytePointer> optionTexts,
      @Cast("hale_program**") PointerPointer<Program> program);

  @Name("hale_program_size")
  static native @Cast("int64_t") long programSize(@Const Program program);

  @Name("hale_program_code")
  static native @Const Pointer programCode(@Const Program program);

  @Name("hale_program_log")
  static native String programLog(@Const Program program);

  @Name("hale_free_program")
  static native void freeProgram(Program program);

  @Name("hale_open_nvtx")
  static native Ranges openNvtx(String library);

  @Name("hale_range_push")
  static native void rangePush(@Const Ranges ranges, String name);

  @Name("hale_range_pop")
  static native void rangePop(@Const Ranges ranges);

  /** {@code hale_driver}, open as long as the process lives. */
  @Opaque
  @Name("hale_driver")
  static final class Driver extends Pointer {
    Driver(Pointer pointer) {
      super(pointer);
    }
  }

  /** {@code hale_module}, loaded as long as the process lives. */
  @Opaque
  @Name("hale_module")
  static final class Module extends Pointer {
    Module(Pointer pointer) {
      super(pointer);
    }
  }

  /** {@code hale_nvrtc}, open as long as the process lives. */
  @Opaque
  @Name("hale_nvrtc")
  static final class Nvrtc extends Pointer {
    Nvrtc(Pointer pointer) {
      super(pointer);
    }
  }

  /** {@code hale_program}, to be freed. */
  @Opaque
  @Name("hale_program")
  static final class Program extends Pointer {
    Program(Pointer pointer) {
      super(pointer);
    }
  }

  /** {@code hale_nvtx}, open as long as the process lives. */
  @Opaque
  @Name("hale_nvtx")
  static final class Ranges extends Pointer {
    Ranges(Pointer pointer) {
      super(pointer);
    }
  }
}
