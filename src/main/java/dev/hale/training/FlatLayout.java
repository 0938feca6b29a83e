package dev.hale.training;

import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Where each parameter of a network lies in one flat float32 vector. Weights, gradient, moments and
 * averages are such vectors, so that a step of the optimiser is a handful of operations rather than
 * that for every parameter. Convolution weights may lie in it with their channels last.
 */
final class FlatLayout {
  private final Map<String, long[]> shapes = new LinkedHashMap<>();
  private final boolean channelsLast;
  private long length;

  FlatLayout(Parameters parameters, boolean channelsLast) {
    this.channelsLast = channelsLast;
    parameters
        .asMap()
        .forEach(
            (name, tensor) -> {
              long[] shape = new long[(int) tensor.dim()];
              for (int d = 0; d < shape.length; d++) {
                shape[d] = tensor.size(d);
              }
              shapes.put(name, shape);
              length += tensor.numel();
            });
  }

  /**
   * Where in a vector the parameters of such names begin, which go on to its end.
   *
   * @throws IllegalArgumentException where others come after them
   */
  long startOf(Predicate<String> names) {
    long start = 0;
    boolean begun = false;
    for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
      boolean wanted = names.test(entry.getKey());
      if (begun && !wanted) {
        throw new IllegalArgumentException(
            "the parameter %s comes after those of the opponent".formatted(entry.getKey()));
      }
      begun |= wanted;
      start += wanted ? 0 : Arrays.stream(entry.getValue()).reduce(1, (a, b) -> a * b);
    }
    return start;
  }

  /** The number of parameters' numbers, the length of a vector. */
  long length() {
    return length;
  }

  /** A vector of zeros; the caller's. */
  Tensor zeros() {
    return torch.zeros(length);
  }

  /** Copies parameters into a vector. */
  void copy(Parameters from, Tensor into) {
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      views(into).forEach((name, view) -> view.copy_(from.get(name)));
    }
  }

  /** The parameters that lie in a vector, sharing its memory; the caller's. */
  Parameters parameters(Tensor flat) {
    try (Scope scope = new Scope()) {
      return Parameters.of(views(flat));
    }
  }

  /** By name and shape, the parts of a vector; they share its memory. */
  Map<String, Tensor> views(Tensor flat) {
    Map<String, Tensor> views = new LinkedHashMap<>();
    long offset = 0;
    for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
      long[] shape = entry.getValue();
      long count = 1;
      for (long size : shape) {
        count *= size;
      }
      Tensor part = flat.detach().narrow(0, offset, count);
      boolean turned = channelsLast && shape.length == 4;
      views.put(
          entry.getKey(),
          turned
              ? part.view(shape[0], shape[2], shape[3], shape[1]).permute(0, 3, 1, 2).detach()
              : part.view(shape).detach());
      offset += count;
    }
    return views;
  }
}
