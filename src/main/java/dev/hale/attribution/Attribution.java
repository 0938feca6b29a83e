package dev.hale.attribution;

import dev.hale.engine.Scope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;

/**
 * How much each voxel of an image pushes its score up (above 0, towards diseased) or down. Methods
 * that draw at random draw the same numbers at every call.
 */
public interface Attribution {
  /**
   * The attribution as a plain map.
   *
   * @param score whose parameters stay as they are
   * @param x images {@code [N, C, H, W]} or volumes {@code [N, C, D, H, W]}
   * @return shaped like {@code x}; the caller's or the enclosing scope's
   */
  default Tensor of(Score score, Tensor x) {
    try (Scope scope = new Scope();
        AutoGradMode recording = new AutoGradMode(true)) {
      return scope.keep(compute(score, x.detach(), false).detach());
    }
  }

  /**
   * The attribution as a function of the score's parameters, whose gradient can be taken: a
   * derivative of second order. Everything computed on the way lives until the scope ends in which
   * this is called; {@code x} counts as constant.
   *
   * @return shaped like {@code x}
   */
  default Tensor withGraph(Score score, Tensor x) {
    try (AutoGradMode recording = new AutoGradMode(true)) {
      return compute(score, x.detach(), true);
    }
  }

  /**
   * What both are made of; called with gradients being recorded.
   *
   * @param x detached
   * @param keepGraph whether the result is differentiated again
   */
  Tensor compute(Score score, Tensor x, boolean keepGraph);
}
