package dev.hale.engine.kernels;

import static dev.hale.engine.kernels.TensorArguments.checkKind;
import static dev.hale.engine.kernels.TensorArguments.checkLength;
import static dev.hale.engine.kernels.TensorArguments.checkMaskKind;
import static dev.hale.engine.kernels.TensorArguments.checkShape;
import static dev.hale.engine.kernels.TensorArguments.checkWritable;
import static dev.hale.engine.kernels.TensorArguments.refuseSameMemory;
import static dev.hale.engine.kernels.TensorArguments.shape;

import java.lang.ref.Reference;
import java.util.Objects;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The calls of the native histograms and thresholds of maps {@code [N, …]}, up to 4 axes. */
final class CpuHistograms {
  private CpuHistograms() {}

  static MapHistogram[] histograms(Tensor maps, Tensor mask, int bins) {
    check(maps, mask);
    if (bins < 1) {
      throw new IllegalArgumentException("there must be at least 1 bin, not " + bins);
    }
    try (var scope = new PointerScope()) {
      NativeKernels.Maps call = describe(maps, mask);
      int images = (int) maps.size(0);
      NativeKernels.Range ranges = ranges(call, images);
      var counted = new LongPointer((long) images * bins);
      NativeKernels.mapHistograms(call, ranges.at(0), bins, counted, torch.get_num_threads());
      var histograms = new MapHistogram[images];
      for (int n = 0; n < images; n++) {
        ranges.at(n);
        var counts = new long[bins];
        counted.position((long) n * bins).get(counts);
        histograms[n] = new MapHistogram(ranges.low(), ranges.high(), ranges.count(), counts);
      }
      return histograms;
    } finally {
      Reference.reachabilityFence(maps);
      Reference.reachabilityFence(mask);
    }
  }

  static float[] select(Tensor maps, Tensor mask, long[] ranks) {
    check(maps, mask);
    checkLength("rank", ranks.length, maps.size(0));
    try (var scope = new PointerScope()) {
      NativeKernels.Maps call = describe(maps, mask);
      NativeKernels.Range ranges = ranges(call, ranks.length);
      for (int n = 0; n < ranks.length; n++) {
        long count = ranges.at(n).count();
        if (ranks[n] < 0 || ranks[n] >= count) {
          throw new IllegalArgumentException(
              "rank %d of map %d, which has %d values inside its mask"
                  .formatted(ranks[n], n, count));
        }
      }
      var values = new float[ranks.length];
      var selected = new FloatPointer(values.length);
      NativeKernels.mapSelect(
          call,
          new LongPointer(ranks),
          selected,
          new BytePointer(NativeKernels.mapSelectWorkspace(call)),
          torch.get_num_threads());
      selected.get(values);
      return values;
    } finally {
      Reference.reachabilityFence(maps);
      Reference.reachabilityFence(mask);
    }
  }

  static void above(Tensor maps, Tensor mask, double[] thresholds, Tensor out) {
    check(maps, mask);
    checkLength("threshold", thresholds.length, maps.size(0));
    checkMaskKind("out", Objects.requireNonNull(out, "out"));
    checkShape("out", out, sizes(maps));
    checkWritable("out", out);
    refuseSameMemory("out", out, "maps", maps);
    refuseSameMemory("out", out, "mask", mask);
    try (var scope = new PointerScope()) {
      var to = new NativeKernels.ByteTensor();
      to.data(out.data_ptr());
      for (int axis = 0; axis < out.dim(); axis++) {
        to.stride(place(axis, out), out.stride(axis));
      }
      NativeKernels.mapThreshold(
          describe(maps, mask), new DoublePointer(thresholds), to, torch.get_num_threads());
    } finally {
      Reference.reachabilityFence(maps);
      Reference.reachabilityFence(mask);
      Reference.reachabilityFence(out);
    }
  }

  private static void check(Tensor maps, Tensor mask) {
    checkKind("maps", maps);
    if (maps.dim() < 1 || maps.dim() > 4) {
      throw new IllegalArgumentException(
          "maps must be [N, …] with up to three more axes, is " + shape(maps));
    }
    if (mask != null) {
      checkMaskKind("mask", mask);
      checkShape("mask", mask, sizes(maps));
    }
  }

  /** The ranges, all of whose values are finite. */
  private static NativeKernels.Range ranges(NativeKernels.Maps call, int images) {
    var ranges = new NativeKernels.Range(images);
    NativeKernels.mapRanges(call, ranges, torch.get_num_threads());
    for (int n = 0; n < images; n++) {
      long notFinite = ranges.at(n).notFinite();
      if (notFinite > 0) {
        throw new IllegalArgumentException(
            "%d values of map %d are not finite".formatted(notFinite, n));
      }
    }
    return ranges.at(0);
  }

  private static NativeKernels.Maps describe(Tensor maps, Tensor mask) {
    var call = new NativeKernels.Maps();
    for (int axis = 0; axis < 4; axis++) {
      call.size(axis, 1);
    }
    call.values().data(maps.data_ptr_float());
    for (int axis = 0; axis < maps.dim(); axis++) {
      call.size(place(axis, maps), maps.size(axis));
      call.values().stride(place(axis, maps), maps.stride(axis));
      if (mask != null) {
        call.mask().stride(place(axis, maps), mask.stride(axis));
      }
    }
    if (mask != null) {
      call.mask().data(mask.data_ptr());
    }
    return call;
  }

  /** Where an axis goes among the native four: the first is first, the others are the last ones. */
  private static int place(int axis, Tensor tensor) {
    return axis == 0 ? 0 : axis + 4 - (int) tensor.dim();
  }

  private static long[] sizes(Tensor tensor) {
    var sizes = new long[(int) tensor.dim()];
    for (int axis = 0; axis < sizes.length; axis++) {
      sizes[axis] = tensor.size(axis);
    }
    return sizes;
  }
}
