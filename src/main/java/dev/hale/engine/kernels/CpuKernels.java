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
      NativeKernels.hale_isa();
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
      if (wanted == null || wanted.isBlank() || NativeKernels.hale_force_isa(wanted) == 0) {
        return null;
      }
      List<String> here =
          Stream.of("baseline", "avx2", "avx512")
              .filter(isa -> NativeKernels.hale_force_isa(isa) == 0)
              .toList();
      NativeKernels.hale_force_isa((String) null);
      return "%s is %s; on this processor hale's kernels have %s"
          .formatted(VARIABLE, wanted, String.join(", ", here));
    }
  }

  @Override
  public String implementation() {
    return "cpu (" + NativeKernels.hale_isa().getString() + ")";
  }

  @Override
  public boolean hasBf16() {
    return NativeKernels.hale_has_bf16() != 0;
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
    public void denoiseStep(
        NativeKernels.hale_step step, NativeKernels.hale_step_coefficients coefficients) {
      NativeKernels.hale_denoise_step(step, coefficients, threads);
    }

    @Override
    public long groupNormWorkspace(NativeKernels.hale_group_norm norm) {
      return NativeKernels.hale_group_norm_workspace(norm);
    }

    @Override
    public void normaliseGroups(NativeKernels.hale_group_norm norm) {
      NativeKernels.hale_normalise_groups(norm, threads);
    }

    @Override
    public long groupNormBackwardWorkspace(NativeKernels.hale_group_norm norm) {
      return NativeKernels.hale_group_norm_backward_workspace(norm);
    }

    @Override
    public void normaliseGroupsBackward(NativeKernels.hale_group_norm_backward backward) {
      NativeKernels.hale_normalise_groups_backward(backward, threads);
    }

    @Override
    public void pathPoints(NativeKernels.hale_path path) {
      NativeKernels.hale_path_points(path, threads);
    }

    @Override
    public void accumulate(NativeKernels.hale_accumulation accumulation) {
      NativeKernels.hale_accumulate(accumulation, threads);
    }

    @Override
    public long constraintWorkspace(NativeKernels.hale_constraint constraint) {
      return NativeKernels.hale_constraint_workspace(constraint);
    }

    @Override
    public void constrain(NativeKernels.hale_constraint constraint) {
      NativeKernels.hale_constrain(constraint, threads);
    }

    @Override
    public void mapAttribution(NativeKernels.hale_attribution_map map) {
      NativeKernels.hale_map_attribution(map, threads);
    }

    @Override
    public void mapRanges(NativeKernels.hale_maps maps, NativeKernels.hale_range ranges) {
      NativeKernels.hale_map_ranges(maps, ranges, threads);
    }

    @Override
    public void mapHistograms(
        NativeKernels.hale_maps maps,
        NativeKernels.hale_range ranges,
        long bins,
        LongPointer counts) {
      NativeKernels.hale_map_histograms(maps, ranges, bins, counts, threads);
    }

    @Override
    public void mapSelect(
        NativeKernels.hale_maps maps, LongPointer ranks, FloatPointer values, Pointer workspace) {
      NativeKernels.hale_map_select(maps, ranks, values, workspace, threads);
    }

    @Override
    public void mapThreshold(
        NativeKernels.hale_maps maps, DoublePointer thresholds, NativeKernels.hale_bytes out) {
      NativeKernels.hale_map_threshold(maps, thresholds, out, threads);
    }

    @Override
    public void close() {
      scope.close();
    }
  }
}
