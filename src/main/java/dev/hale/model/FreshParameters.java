package dev.hale.model;

import dev.hale.engine.Parameters;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Creates each parameter that a network asks for by its initialiser. */
final class FreshParameters implements ParameterSource {
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  @Override
  public Tensor take(String name, Initialiser initialiser, long... shape) {
    Tensor tensor = initialiser.create(shape);
    tensors.put(name, tensor);
    return tensor;
  }

  Parameters parameters() {
    return Parameters.of(tensors);
  }
}
