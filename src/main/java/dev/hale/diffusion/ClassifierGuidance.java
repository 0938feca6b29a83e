package dev.hale.diffusion;

import dev.hale.engine.Scope;
import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import dev.hale.model.NoisyClassifier;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** ∇_x log p(y | x, t) of a noisy-image classifier (Dhariwal and Nichol 2021, algorithm 2). */
public record ClassifierGuidance(NoisyClassifier classifier, int label) implements Guidance {
  public ClassifierGuidance {
    int classes = classifier.config().numClasses();
    if (label < 0 || label >= classes) {
      throw new IllegalArgumentException(
          "label %d outside the classifier's classes 0 … %d".formatted(label, classes - 1));
    }
  }

  @Override
  public Tensor gradient(Tensor x, Tensor timesteps) {
    try (Span span = Trace.span("classifier gradient");
        Scope scope = new Scope();
        AutoGradMode recording = new AutoGradMode(true)) {
      Tensor input = x.detach().contiguous().requires_grad_(true); // as its weights lie
      Tensor logProbabilities = torch.log_softmax(classifier.forward(input, timesteps), 1);
      Tensor chosen = logProbabilities.select(1, label).sum();
      return scope.keep(torch.grad(new TensorVector(chosen), new TensorVector(input)).get(0));
    }
  }
}
