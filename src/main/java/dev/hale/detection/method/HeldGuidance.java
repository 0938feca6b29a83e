package dev.hale.detection.method;

import dev.hale.diffusion.Guidance;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A gradient that is computed once in so many calls and held for the others: along a chain of many
 * steps it changes little from one to the next. For one chain of one batch.
 */
final class HeldGuidance implements Guidance {
  private final Guidance guidance;
  private final int every;
  private final Tensor held;
  private int calls;

  private HeldGuidance(Guidance guidance, int every, Tensor x) {
    this.guidance = guidance;
    this.every = every;
    held = torch.empty_like(x);
  }

  /**
   * A gradient that holds; the gradient itself where it serves one call only.
   *
   * @param guidance null for none, and then so is the result
   * @param every calls that a gradient serves, at least 1
   * @param x an image like those that it will be asked about; what is held is a tensor of the
   *     caller's scope
   */
  static Guidance of(Guidance guidance, int every, Tensor x) {
    return guidance == null || every == 1 ? guidance : new HeldGuidance(guidance, every, x);
  }

  @Override
  public Tensor gradient(Tensor x, Tensor timesteps) {
    if (calls++ % every == 0) {
      held.copy_(guidance.gradient(x, timesteps));
    }
    return held;
  }
}
