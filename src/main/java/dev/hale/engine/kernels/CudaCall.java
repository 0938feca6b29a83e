package dev.hale.engine.kernels;

import dev.hale.engine.DeviceException;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * One call of a kernel on a GPU. What it allocates belongs to LibTorch's allocator, which hands the
 * memory on to work that comes later on the same stream: closing the call need not wait.
 */
final class CudaCall implements KernelCall {
  private final PointerScope scope = new PointerScope();
  private final NativeCuda.hale_driver driver;
  private final NativeCuda.hale_module module;
  private final Pointer stream;
  private final Tensor tensor;

  CudaCall(
      NativeCuda.hale_driver driver, NativeCuda.hale_module module, Pointer stream, Tensor tensor) {
    this.driver = driver;
    this.module = module;
    this.stream = stream;
    this.tensor = tensor;
  }

  @Override
  public Pointer memory(long bytes) {
    long size = tensor.element_size();
    try {
      return tensor.new_empty(Math.max(1, (bytes + size - 1) / size)).data_ptr();
    } catch (DeviceException e) {
      throw e;
    } catch (RuntimeException e) {
      throw CudaErrors.ofLibTorch(e);
    }
  }

  @Override
  public Pointer toProcessor(Pointer host, long bytes) {
    Pointer there = memory(bytes);
    check("copying", NativeCuda.hale_copy_to_device(module, there, host, bytes, stream));
    return there;
  }

  @Override
  public void toHost(Pointer processor, Pointer host, long bytes) {
    check("copying", NativeCuda.hale_copy_to_host(module, host, processor, bytes, stream));
  }

  @Override
  public void denoiseStep(
      NativeKernels.hale_step step, NativeKernels.hale_step_coefficients coefficients) {
    check("denoising step", NativeCuda.hale_gpu_denoise_step(module, stream, step, coefficients));
  }

  @Override
  public long groupNormWorkspace(NativeKernels.hale_group_norm norm) {
    return NativeCuda.hale_gpu_group_norm_workspace(norm);
  }

  @Override
  public void normaliseGroups(NativeKernels.hale_group_norm norm) {
    check("group normalisation", NativeCuda.hale_gpu_normalise_groups(module, stream, norm));
  }

  @Override
  public long groupNormBackwardWorkspace(NativeKernels.hale_group_norm norm) {
    return NativeCuda.hale_gpu_group_norm_backward_workspace(norm);
  }

  @Override
  public void normaliseGroupsBackward(NativeKernels.hale_group_norm_backward backward) {
    check(
        "group normalisation, backwards",
        NativeCuda.hale_gpu_normalise_groups_backward(module, stream, backward));
  }

  @Override
  public void pathPoints(NativeKernels.hale_path path) {
    check("path points", NativeCuda.hale_gpu_path_points(module, stream, path));
  }

  @Override
  public void accumulate(NativeKernels.hale_accumulation accumulation) {
    check("accumulation", NativeCuda.hale_gpu_accumulate(module, stream, accumulation));
  }

  @Override
  public long constraintWorkspace(NativeKernels.hale_constraint constraint) {
    return NativeCuda.hale_gpu_constraint_workspace(constraint);
  }

  @Override
  public void constrain(NativeKernels.hale_constraint constraint) {
    check("attribution constraint", NativeCuda.hale_gpu_constrain(module, stream, constraint));
  }

  @Override
  public void mapAttribution(NativeKernels.hale_attribution_map map) {
    check("attribution map", NativeCuda.hale_gpu_map_attribution(module, stream, map));
  }

  @Override
  public void mapRanges(NativeKernels.hale_maps maps, NativeKernels.hale_range ranges) {
    check("ranges", NativeCuda.hale_gpu_map_ranges(module, stream, maps, ranges));
  }

  @Override
  public void mapHistograms(
      NativeKernels.hale_maps maps,
      NativeKernels.hale_range ranges,
      long bins,
      LongPointer counts) {
    check(
        "histograms",
        NativeCuda.hale_gpu_map_histograms(module, stream, maps, ranges, bins, counts));
  }

  @Override
  public void mapSelect(
      NativeKernels.hale_maps maps, LongPointer ranks, FloatPointer values, Pointer workspace) {
    check(
        "selection",
        NativeCuda.hale_gpu_map_select(module, stream, maps, ranks, values, workspace));
  }

  @Override
  public void mapThreshold(
      NativeKernels.hale_maps maps, DoublePointer thresholds, NativeKernels.hale_bytes out) {
    check("threshold", NativeCuda.hale_gpu_map_threshold(module, stream, maps, thresholds, out));
  }

  private void check(String what, int result) {
    CudaErrors.check(driver, what, result);
  }

  @Override
  public void close() {
    scope.close();
  }
}
