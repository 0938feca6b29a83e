package dev.hale.detection.method;

import dev.hale.engine.Scope;
import dev.hale.scan.Preprocessing;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Keeps what networks say about channels that a scan lacks out of maps and images: there is nothing
 * to find in them.
 */
final class AbsentChannels {
  private final boolean possible;

  /** Of a model's images. */
  AbsentChannels(Preprocessing images) {
    possible = !images.optionalChannels().isEmpty();
  }

  /**
   * The values of channels that are there, and otherwise those of the images, which are background.
   *
   * @param values {@code [N or K, C, S, S]}
   * @param images {@code [N or 1, C, S, S]} as the model sees them
   * @return the values themselves where no channel may lack; else owned by the enclosing scope
   */
  Tensor asInImages(Tensor values, Tensor images) {
    return possible ? chosen(values, images, images) : values;
  }

  /** Likewise, 0 in absent channels. */
  Tensor zero(Tensor values, Tensor images) {
    return possible ? chosen(values, images, torch.zeros_like(values)) : values;
  }

  private static Tensor chosen(Tensor values, Tensor images, Tensor otherwise) {
    try (Scope scope = new Scope()) {
      Tensor there =
          images
              .ne(new Scalar(Preprocessing.BACKGROUND))
              .flatten(2, 3)
              .any(2)
              .unsqueeze(2)
              .unsqueeze(3);
      return scope.keep(torch.where(there, values, otherwise));
    }
  }
}
