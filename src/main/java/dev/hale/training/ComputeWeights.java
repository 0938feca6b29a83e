package dev.hale.training;

import dev.hale.engine.Parameters;
import dev.hale.engine.Precision;
import dev.hale.engine.Scope;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * Float32 weights as the network computes with them. Their gradients are those of the float32
 * weights (mixed precision, Micikevicius et al. 2018); the scales and shifts of norms stay float32.
 */
final class ComputeWeights {
  private static final String WEIGHT = ".weight";
  private static final String BIAS = ".bias";

  private ComputeWeights() {}

  /** The weights in that precision; the caller's, sharing memory where nothing changes. */
  static Parameters of(Parameters weights, Precision precision) {
    try (Scope scope = new Scope()) {
      Map<String, Tensor> cast = new LinkedHashMap<>();
      weights
          .asMap()
          .forEach(
              (name, tensor) ->
                  cast.put(
                      name, isOfNorm(name, weights) ? tensor : tensor.to(precision.scalarType())));
      return Parameters.of(cast);
    }
  }

  /** Only norms have a weight of one dimension; their shift is the bias beside it. */
  private static boolean isOfNorm(String name, Parameters weights) {
    String weight =
        name.endsWith(BIAS) ? name.substring(0, name.length() - BIAS.length()) + WEIGHT : name;
    return weight.endsWith(WEIGHT) && weights.get(weight).dim() == 1;
  }
}
