package dev.hale.diffusion;

import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import dev.hale.model.NoisyClassifier;
import org.bytedeco.pytorch.Tensor;
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
    try (Span span = Trace.span("classifier gradient")) {
      return classifier.inputGradient(
          x, timesteps, logits -> torch.log_softmax(logits, 1).select(1, label).sum());
    }
  }
}
