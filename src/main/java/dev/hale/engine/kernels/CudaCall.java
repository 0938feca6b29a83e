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
  private final NativeCuda.Driver driver;
  private final NativeCuda.Module module;
  private final Pointer stream;
  private final Tensor tensor;

  CudaCall(NativeCuda.Driver driver, NativeCuda.Module module, Pointer stream, Tensor tensor) {
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
    check("copying", NativeCuda.copyToDevice(module, there, host, bytes, stream));
    return there;
  }

  @Override
  public void toHost(Pointer processor, Pointer host, long bytes) {
    check("copying", NativeCuda.copyToHost(module, host, processor, bytes, stream));
  }

  @Override
  public void denoiseStep(NativeKernels.Step step, NativeKernels.Coefficients coefficients) {
    check("denoising step", NativeCuda.denoiseStep(module, stream, step, coefficients));
  }

  @Override
  public long groupNormWorkspace(NativeKernels.Norm norm) {
    return NativeCuda.groupNormWorkspace(norm);
  }

  @Override
  public void normaliseGroups(NativeKernels.Norm norm) {
    check("group normalisation", NativeCuda.normaliseGroups(module, stream, norm));
  }

  @Override
  public long groupNormBackwardWorkspace(NativeKernels.Norm norm) {
    return NativeCuda.groupNormBackwardWorkspace(norm);
  }

  @Override
  public void normaliseGroupsBackward(NativeKernels.NormBackward backward) {
    check(
        "group normalisation, backwards",
        NativeCuda.normaliseGroupsBackward(module, stream, backward));
  }

  @Override
  public void pathPoints(NativeKernels.Path path) {
    check("path points", NativeCuda.pathPoints(module, stream, path));
  }

  @Override
  public void accumulate(NativeKernels.Accumulation accumulation) {
    check("accumulation", NativeCuda.accumulate(module, stream, accumulation));
  }

  @Override
  public long constraintWorkspace(NativeKernels.Constraint constraint) {
    return NativeCuda.constraintWorkspace(constraint);
  }

  @Override
  public void constrain(NativeKernels.Constraint constraint) {
    check("attribution constraint", NativeCuda.constrain(module, stream, constraint));
  }

  @Override
  public void mapAttribution(NativeKernels.AttributionMap map) {
    check("attribution map", NativeCuda.mapAttribution(module, stream, map));
  }

  @Override
  public void mapRanges(NativeKernels.Maps maps, NativeKernels.Range ranges) {
    check("ranges", NativeCuda.mapRanges(module, stream, maps, ranges));
  }

  @Override
  public void mapHistograms(
      NativeKernels.Maps maps, NativeKernels.Range ranges, long bins, LongPointer counts) {
    check("histograms", NativeCuda.mapHistograms(module, stream, maps, ranges, bins, counts));
  }

  @Override
  public void mapSelect(
      NativeKernels.Maps maps, LongPointer ranks, FloatPointer values, Pointer workspace) {
    check("selection", NativeCuda.mapSelect(module, stream, maps, ranks, values, workspace));
  }

  @Override
  public void mapThreshold(
      NativeKernels.Maps maps, DoublePointer thresholds, NativeKernels.ByteTensor out) {
    check("threshold", NativeCuda.mapThreshold(module, stream, maps, thresholds, out));
  }

  private void check(String what, int result) {
    CudaErrors.check(driver, what, result);
  }

  @Override
  public void close() {
    scope.close();
  }
}
