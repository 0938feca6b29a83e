package dev.hale.model;

import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;

/** One step of a network. */
@FunctionalInterface
interface Layer {
  /**
   * Computes its output.
   *
   * @param x features {@code [N, C, H, W]}
   * @param context what every layer of this call shares
   */
  Tensor forward(Tensor x, Context context);

  /**
   * Computes its output.
   *
   * @param embedding time (and class) embedding {@code [N, E]}, already through SiLU
   * @param dropout what draws the masks of dropout, or null where there is none
   * @param cuts by which the output will be differentiated, or null
   */
  record Context(Tensor embedding, GeneratorOptional dropout, CutGraph cuts) {
    /** Of a call in training, or of another where that is null. */
    static Context of(Tensor embedding, TrainingPass pass) {
      return pass == null
          ? new Context(embedding, null, null)
          : of(embedding, pass.dropout(), pass.cuts());
    }

    /** The same, with an embedding that all layers may use. */
    static Context of(Tensor embedding, GeneratorOptional dropout, CutGraph cuts) {
      return new Context(cuts == null ? embedding : cuts.cut(embedding), dropout, cuts);
    }
  }
}
