package dev.hale.engine.kernels;

import static dev.hale.engine.kernels.TensorArguments.checkLength;
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
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;

/** The calls of the native histograms and thresholds of maps {@code [N, …]}, up to 4 axes. */
final class MapCalls {
  private static final long RANGE = Pointer.sizeof(NativeKernels.hale_range.class);

  private MapCalls() {}

  static MapHistogram[] histograms(KernelCode code, Tensor maps, Tensor mask, int bins) {
    var on = new TensorArguments(code.device());
    check(on, maps, mask);
    if (bins < 1) {
      throw new IllegalArgumentException("there must be at least 1 bin, not " + bins);
    }
    try (KernelCall call = code.begin(maps, on.index())) {
      NativeKernels.hale_maps told = describe(maps, mask);
      int images = (int) maps.size(0);
      Pointer found = call.memory(images * RANGE);
      NativeKernels.hale_range ranges = ranges(call, told, found, images);
      var counted = new LongPointer((long) images * bins);
      long bytes = (long) images * bins * Long.BYTES;
      Pointer counts = call.memory(bytes);
      call.mapHistograms(told, new NativeKernels.hale_range(found), bins, new LongPointer(counts));
      call.toHost(counts, counted, bytes);
      var histograms = new MapHistogram[images];
      for (int n = 0; n < images; n++) {
        ranges.position(n);
        var own = new long[bins];
        counted.position((long) n * bins).get(own);
        histograms[n] = new MapHistogram(ranges.low(), ranges.high(), ranges.count(), own);
      }
      return histograms;
    } finally {
      Reference.reachabilityFence(maps);
      Reference.reachabilityFence(mask);
    }
  }

  static float[] select(KernelCode code, Tensor maps, Tensor mask, long[] ranks) {
    var on = new TensorArguments(code.device());
    check(on, maps, mask);
    checkLength("rank", ranks.length, maps.size(0));
    try (KernelCall call = code.begin(maps, on.index())) {
      NativeKernels.hale_maps told = describe(maps, mask);
      Pointer found = call.memory(ranks.length * RANGE);
      NativeKernels.hale_range ranges = ranges(call, told, found, ranks.length);
      for (int n = 0; n < ranks.length; n++) {
        long count = ranges.position(n).count();
        if (ranks[n] < 0 || ranks[n] >= count) {
          throw new IllegalArgumentException(
              "rank %d of map %d, which has %d values inside its mask"
                  .formatted(ranks[n], n, count));
        }
      }
      var ranked = new LongPointer(ranks);
      long bytes = (long) ranks.length * Float.BYTES;
      Pointer selected = call.memory(bytes);
      call.mapSelect(
          told,
          new LongPointer(call.toProcessor(ranked, (long) ranks.length * Long.BYTES)),
          new FloatPointer(selected),
          call.memory(NativeKernels.hale_map_select_workspace(told)));
      var values = new float[ranks.length];
      var result = new FloatPointer(values.length);
      call.toHost(selected, result, bytes);
      result.get(values);
      return values;
    } finally {
      Reference.reachabilityFence(maps);
      Reference.reachabilityFence(mask);
    }
  }

  static void above(KernelCode code, Tensor maps, Tensor mask, double[] thresholds, Tensor out) {
    var on = new TensorArguments(code.device());
    check(on, maps, mask);
    checkLength("threshold", thresholds.length, maps.size(0));
    on.checkMaskKind("out", Objects.requireNonNull(out, "out"));
    checkShape("out", out, sizes(maps));
    checkWritable("out", out);
    refuseSameMemory("out", out, "maps", maps);
    refuseSameMemory("out", out, "mask", mask);
    try (KernelCall call = code.begin(maps, on.index())) {
      var to = new NativeKernels.hale_bytes();
      to.data(new BytePointer(out.data_ptr()));
      for (int axis = 0; axis < out.dim(); axis++) {
        to.stride(place(axis, out), out.stride(axis));
      }
      long bytes = (long) thresholds.length * Double.BYTES;
      Pointer limits = call.toProcessor(new DoublePointer(thresholds), bytes);
      call.mapThreshold(describe(maps, mask), new DoublePointer(limits), to);
    } finally {
      Reference.reachabilityFence(maps);
      Reference.reachabilityFence(mask);
      Reference.reachabilityFence(out);
    }
  }

  private static void check(TensorArguments on, Tensor maps, Tensor mask) {
    on.checkKind("maps", maps);
    if (maps.dim() < 1 || maps.dim() > 4) {
      throw new IllegalArgumentException(
          "maps must be [N, …] with up to three more axes, is " + shape(maps));
    }
    if (mask != null) {
      on.checkMaskKind("mask", mask);
      checkShape("mask", mask, sizes(maps));
    }
  }

  /** The ranges, all of whose values are finite, on the host; left in {@code found}, too. */
  private static NativeKernels.hale_range ranges(
      KernelCall call, NativeKernels.hale_maps told, Pointer found, int images) {
    call.mapRanges(told, new NativeKernels.hale_range(found));
    var ranges = new NativeKernels.hale_range(images);
    call.toHost(found, ranges, images * RANGE);
    for (int n = 0; n < images; n++) {
      long notFinite = ranges.position(n).not_finite();
      if (notFinite > 0) {
        throw new IllegalArgumentException(
            "%d values of map %d are not finite".formatted(notFinite, n));
      }
    }
    return ranges.position(0);
  }

  private static NativeKernels.hale_maps describe(Tensor maps, Tensor mask) {
    var told = new NativeKernels.hale_maps();
    for (int axis = 0; axis < 4; axis++) {
      told.size(axis, 1);
    }
    told.values().data(maps.data_ptr_float());
    for (int axis = 0; axis < maps.dim(); axis++) {
      told.size(place(axis, maps), maps.size(axis));
      told.values().stride(place(axis, maps), maps.stride(axis));
      if (mask != null) {
        told.mask().stride(place(axis, maps), mask.stride(axis));
      }
    }
    if (mask != null) {
      told.mask().data(new BytePointer(mask.data_ptr()));
    }
    return told;
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
