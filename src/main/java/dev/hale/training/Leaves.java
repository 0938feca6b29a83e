package dev.hale.training;

import dev.hale.engine.Parameters;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * Weights that a loss is differentiated by: they share the memory of a state's, and their gradients
 * gather in one flat vector.
 *
 * @param weights to be computed with; closed with these leaves
 * @param gradient float32, of one dimension; its owner's
 */
record Leaves(Parameters weights, Tensor gradient) implements AutoCloseable {
  /** Leaves over a vector of weights. */
  static Leaves of(FlatLayout layout, Tensor weights, Tensor gradient) {
    Parameters leaves = layout.parameters(weights);
    Map<String, Tensor> gradients = layout.views(gradient);
    leaves
        .asMap()
        .forEach((name, leaf) -> leaf.requires_grad_(true).mutable_grad().put(gradients.get(name)));
    return new Leaves(leaves, gradient);
  }

  @Override
  public void close() {
    weights.close();
  }
}
