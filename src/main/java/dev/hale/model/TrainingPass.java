package dev.hale.model;

import org.bytedeco.pytorch.GeneratorOptional;

/**
 * A call of a network in training, with dropout, whose output will be differentiated by its
 * parameters.
 *
 * @param cuts by which it will be, quicker where features lie channels last; null where LibTorch's
 *     own graph is asked for, say to differentiate twice
 * @param dropout what draws the masks of dropout; empty for LibTorch's own of the device
 */
public record TrainingPass(CutGraph cuts, GeneratorOptional dropout) {
  /** The same in LibTorch's own graph. */
  public TrainingPass withoutCuts() {
    return new TrainingPass(null, dropout);
  }
}
