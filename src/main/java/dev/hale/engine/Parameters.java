package dev.hale.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.LongArrayRef;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The parameters of a network by name, in order. It owns its tensors, also when it is made inside a
 * {@link Scope}, and frees them when it is closed; using it afterwards throws {@link
 * IllegalStateException}. Reading it from several threads is safe.
 */
public final class Parameters implements AutoCloseable {
  private final TensorMap tensors = new TensorMap();

  private Parameters() {}

  /**
   * Parameters that share the memory of the given tensors. The caller still closes (or scopes) its
   * own handles.
   */
  public static Parameters of(Map<String, Tensor> tensors) {
    Engine.load();
    Parameters parameters = new Parameters();
    tensors.forEach(parameters.tensors::put);
    return parameters;
  }

  /**
   * Takes a network's parameters from a checkpoint, in the order of {@code expectedShapes}, copied
   * and with every floating-point format converted to float32. Every parameter of the one must be
   * in the other, and every number finite.
   *
   * @param expectedShapes parameter name to shape, for each parameter of the network
   * @throws CheckpointException naming all that is missing, unexpected or of another shape, or what
   *     holds NaN or an infinity
   */
  public static Parameters load(Checkpoint checkpoint, Map<String, long[]> expectedShapes) {
    List<String> missing = new ArrayList<>();
    List<String> misshapen = new ArrayList<>();
    List<String> unexpected = new ArrayList<>(checkpoint.names());
    unexpected.removeAll(expectedShapes.keySet());
    expectedShapes.forEach(
        (name, expected) -> {
          if (!checkpoint.names().contains(name)) {
            missing.add(name);
            return;
          }
          long[] found = shape(checkpoint.get(name));
          if (!Arrays.equals(found, expected)) {
            misshapen.add(
                "%s: checkpoint has %s, model expects %s"
                    .formatted(name, Arrays.toString(found), Arrays.toString(expected)));
          }
        });
    List<String> problems = new ArrayList<>();
    describe(problems, missing, "missing");
    describe(problems, unexpected, "unexpected");
    describe(problems, misshapen, "misshapen");
    if (!problems.isEmpty()) {
      throw new CheckpointException(
          "the checkpoint does not fit the model: " + String.join("; ", problems));
    }
    requireFinite(checkpoint, expectedShapes.keySet());
    Parameters parameters = new Parameters();
    try (var scope = new Scope();
        var noGrad = new NoGradGuard()) {
      for (String name : expectedShapes.keySet()) {
        Tensor stored = checkpoint.get(name);
        Tensor copy =
            stored.is_floating_point() && stored.scalar_type().intern() != ScalarType.Float
                ? stored.to(ScalarType.Float)
                : stored.detach().clone();
        parameters.tensors.put(name, copy);
      }
      return parameters;
    }
  }

  private static void requireFinite(Checkpoint checkpoint, Set<String> names) {
    List<String> problems = new ArrayList<>();
    List<String> found =
        names.stream().filter(name -> !TensorBytes.finite(checkpoint.get(name))).toList();
    describe(problems, found, "with NaN or infinite numbers");
    if (!problems.isEmpty()) {
      throw new CheckpointException(
          ("the weights of the checkpoint cannot be used: %s; a training that diverges leaves such"
                  + " weights: take an earlier checkpoint of it")
              .formatted(problems.get(0)));
    }
  }

  private static void describe(List<String> problems, List<String> names, String what) {
    final int shown = 5;
    if (!names.isEmpty()) {
      String more = names.size() > shown ? ", …" : "";
      problems.add(
          "%d %s (%s%s)"
              .formatted(
                  names.size(),
                  what,
                  String.join(", ", names.subList(0, Math.min(shown, names.size()))),
                  more));
    }
  }

  /**
   * The parameter of that name; it stays owned by this object.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Tensor get(String name) {
    Tensor tensor = tensors.open().get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("there is no parameter \"%s\"".formatted(name));
    }
    return tensor;
  }

  /** The names in order. */
  public List<String> names() {
    return List.copyOf(tensors.open().keySet());
  }

  /** The parameters in the order of the names; they stay owned by this object. */
  public List<Tensor> values() {
    return List.copyOf(tensors.open().values());
  }

  /** Name to parameter, in order, read-only; the tensors stay owned by this object. */
  public Map<String, Tensor> asMap() {
    return tensors.open();
  }

  /** Where the parameters are, all in one place; owned by the current {@link Scope}, if any. */
  public org.bytedeco.pytorch.Device device() {
    return values().get(0).device();
  }

  /** How many numbers the parameters hold together. */
  public long count() {
    return values().stream().mapToLong(Tensor::numel).sum();
  }

  /** Floating-point parameters in that precision; memory is shared where nothing changes. */
  public Parameters to(Precision precision) {
    return map(
        tensor -> tensor.is_floating_point() ? tensor.to(precision.scalarType()) : tensor.detach());
  }

  /**
   * The parameters on that device; memory is shared where nothing changes.
   *
   * @throws DeviceException if the device is absent or has too little memory
   */
  public Parameters to(Device device) {
    device.requireAvailable();
    try {
      return map(tensor -> tensor.to(device.torch(), tensor.scalar_type()));
    } catch (RuntimeException e) {
      throw LibTorchErrors.explain(e);
    }
  }

  /**
   * Four-dimensional parameters (convolution weights, {@code [out, in, h, w]}) laid out with the
   * channels last in memory, shapes unchanged; memory is shared where nothing changes.
   */
  public Parameters channelsLast() {
    return map(
        tensor ->
            tensor.dim() == 4 ? tensor.contiguous(MemoryFormat.ChannelsLast) : tensor.detach());
  }

  /** A copy that shares no memory with this object. */
  public Parameters copy() {
    return map(tensor -> tensor.detach().clone());
  }

  private Parameters map(UnaryOperator<Tensor> change) {
    Parameters changed = new Parameters();
    try (var scope = new Scope();
        var noGrad = new NoGradGuard()) {
      asMap().forEach((name, tensor) -> changed.tensors.put(name, change.apply(tensor).detach()));
      return changed;
    }
  }

  /** Shape of a tensor. */
  static long[] shape(Tensor tensor) {
    try (LongArrayRef sizes = tensor.sizes()) {
      long[] shape = new long[Math.toIntExact(sizes.size())];
      if (shape.length > 0) {
        try (LongPointer data = sizes.data()) {
          data.get(shape);
        }
      }
      return shape;
    }
  }

  /** Frees the parameters. Closing again does nothing. */
  @Override
  public void close() {
    tensors.close();
  }
}
