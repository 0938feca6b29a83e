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

  void denoiseStep(NativeKernels.Step step, NativeKernels.Coefficients coefficients);

  long groupNormWorkspace(NativeKernels.Norm norm);

  void normaliseGroups(NativeKernels.Norm norm);

  long groupNormBackwardWorkspace(NativeKernels.Norm norm);

  void normaliseGroupsBackward(NativeKernels.NormBackward backward);

  void pathPoints(NativeKernels.Path path);

  void accumulate(NativeKernels.Accumulation accumulation);

  long constraintWorkspace(NativeKernels.Constraint constraint);

  void constrain(NativeKernels.Constraint constraint);

  void mapAttribution(NativeKernels.AttributionMap map);

  void mapRanges(NativeKernels.Maps maps, NativeKernels.Range ranges);

  void mapHistograms(
      NativeKernels.Maps maps, NativeKernels.Range ranges, long bins, LongPointer counts);

  void mapSelect(
      NativeKernels.Maps maps, LongPointer ranks, FloatPointer values, Pointer workspace);

  void mapThreshold(
      NativeKernels.Maps maps, DoublePointer thresholds, NativeKernels.ByteTensor out);

  @Override
  void close();
}
