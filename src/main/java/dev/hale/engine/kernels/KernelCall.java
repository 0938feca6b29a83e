package dev.hale.engine.kernels;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * One call of a kernel on one processor: its native functions, and memory that these reach. The
 * structures lie in the host's memory, all that they point to in the processor's. Closing it gives
 * back what was allocated meanwhile.
 */
interface KernelCall extends AutoCloseable {

  /** Uninitialised memory of the processor's, aligned to 16 bytes. */
  Pointer memory(long bytes);

  /** What the host has, where the processor can read it. */
  Pointer toProcessor(Pointer host, long bytes);

  /** Copies what the processor has computed, once it has. */
  void toHost(Pointer processor, Pointer host, long bytes);

  void denoiseStep(NativeKernels.hale_step step, NativeKernels.hale_step_coefficients coefficients);

  long groupNormWorkspace(NativeKernels.hale_group_norm norm);

  void normaliseGroups(NativeKernels.hale_group_norm norm);

  long groupNormBackwardWorkspace(NativeKernels.hale_group_norm norm);

  void normaliseGroupsBackward(NativeKernels.hale_group_norm_backward backward);

  void pathPoints(NativeKernels.hale_path path);

  void accumulate(NativeKernels.hale_accumulation accumulation);

  long constraintWorkspace(NativeKernels.hale_constraint constraint);

  void constrain(NativeKernels.hale_constraint constraint);

  void mapAttribution(NativeKernels.hale_attribution_map map);

  void mapRanges(NativeKernels.hale_maps maps, NativeKernels.hale_range ranges);

  void mapHistograms(
      NativeKernels.hale_maps maps, NativeKernels.hale_range ranges, long bins, LongPointer counts);

  void mapSelect(
      NativeKernels.hale_maps maps, LongPointer ranks, FloatPointer values, Pointer workspace);

  void mapThreshold(
      NativeKernels.hale_maps maps, DoublePointer thresholds, NativeKernels.hale_bytes out);

  @Override
  void close();
}
