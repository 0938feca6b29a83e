package dev.hale.engine.kernels;

import dev.hale.engine.DeviceException;
import dev.hale.engine.Engine;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;

/**
 * The kernels on the CPU: our C++ library, vectorised for the processor at hand. It runs on as many
 * threads as LibTorch does ({@code torch.get_num_threads()}), in LibTorch's own OpenMP runtime.
 */
final class CpuKernels implements KernelCode {
  private static final Kernels INSTANCE = new CheckedKernels(new CpuKernels());

  private CpuKernels() {}

  static Kernels instance() {
    Engine.load();
    try {
      NativeKernels.isa();
    } catch (LinkageError e) {
      throw new DeviceException(
          "hale's native library cannot be loaded on this machine: " + e.getMessage(), e);
    }
    if (Forced.REFUSAL != null) {
      throw new DeviceException(Forced.REFUSAL);
    }
    return INSTANCE;
  }

  /** The instruction set that somebody wants, to compare or to find out whose fault a fault is. */
  private static final class Forced {
    private static final String VARIABLE = "HALE_ISA";

    /** Why it is not to be had; null where it is, or where nobody wants one. */
    static final String REFUSAL = refusal(System.getenv(VARIABLE));

    private static String refusal(String wanted) {
      if (wanted == null || wanted.isBlank() || NativeKernels.forceIsa(wanted) == 0) {
        return null;
      }
      List<String> here =
          Stream.of("baseline", "avx2", "avx512")
              .filter(isa -> NativeKernels.forceIsa(isa) == 0)
              .toList();
      NativeKernels.forceIsa(null);
      return "%s is %s; on this processor hale's kernels have %s"
          .formatted(VARIABLE, wanted, String.join(", ", here));
    }
  }

  @Override
  public String implementation() {
    return "cpu (" + NativeKernels.isa() + ")";
  }

  @Override
  public boolean hasBf16() {
    return NativeKernels.hasBf16();
  }

  @Override
  public DeviceType device() {
    return DeviceType.CPU;
  }

  @Override
  public KernelCall begin(Tensor tensor, int index) {
    return new Call();
  }

  private static final class Call implements KernelCall {
    // The scope frees structures and memory here and now, rather than when the collector comes by.
    private final PointerScope scope = new PointerScope();
    private final int threads = torch.get_num_threads();

    @Override
    public Pointer memory(long bytes) {
      return new BytePointer(bytes);
    }

    @Override
    public Pointer toProcessor(Pointer host, long bytes) {
      return host;
    }

    @Override
    public void toHost(Pointer processor, Pointer host, long bytes) {
      Pointer.memcpy(host, processor, bytes);
    }

    @Override
    public void denoiseStep(NativeKernels.Step step, NativeKernels.Coefficients coefficients) {
      NativeKernels.denoiseStep(step, coefficients, threads);
    }

    @Override
    public long groupNormWorkspace(NativeKernels.Norm norm) {
      return NativeKernels.groupNormWorkspace(norm);
    }

    @Override
    public void normaliseGroups(NativeKernels.Norm norm) {
      NativeKernels.normaliseGroups(norm, threads);
    }

    @Override
    public long groupNormBackwardWorkspace(NativeKernels.Norm norm) {
      return NativeKernels.groupNormBackwardWorkspace(norm);
    }

    @Override
    public void normaliseGroupsBackward(NativeKernels.NormBackward backward) {
      NativeKernels.normaliseGroupsBackward(backward, threads);
    }

    @Override
    public void pathPoints(NativeKernels.Path path) {
      NativeKernels.pathPoints(path, threads);
    }

    @Override
    public void accumulate(NativeKernels.Accumulation accumulation) {
      NativeKernels.accumulate(accumulation, threads);
    }

    @Override
    public long constraintWorkspace(NativeKernels.Constraint constraint) {
      return NativeKernels.constraintWorkspace(constraint);
    }

    @Override
    public void constrain(NativeKernels.Constraint constraint) {
      NativeKernels.constrain(constraint, threads);
    }

    @Override
    public void mapAttribution(NativeKernels.AttributionMap map) {
      NativeKernels.mapAttribution(map, threads);
    }

    @Override
    public void mapRanges(NativeKernels.Maps maps, NativeKernels.Range ranges) {
      NativeKernels.mapRanges(maps, ranges, threads);
    }

    @Override
    public void mapHistograms(
        NativeKernels.Maps maps, NativeKernels.Range ranges, long bins, LongPointer counts) {
      NativeKernels.mapHistograms(maps, ranges, bins, counts, threads);
    }

    @Override
    public void mapSelect(
        NativeKernels.Maps maps, LongPointer ranks, FloatPointer values, Pointer workspace) {
      NativeKernels.mapSelect(maps, ranks, values, workspace, threads);
    }

    @Override
    public void mapThreshold(
        NativeKernels.Maps maps, DoublePointer thresholds, NativeKernels.ByteTensor out) {
      NativeKernels.mapThreshold(maps, thresholds, out, threads);
    }

    @Override
    public void close() {
      scope.close();
    }
  }
}
