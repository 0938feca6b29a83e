package dev.hale.detection.method;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.Scope;
import dev.hale.engine.kernels.AttributionMapOptions;
import java.util.List;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** What of the difference between input and healthy reconstruction a map shows. */
public enum Difference {
  /** Σ over channels |input − reconstruction| (Wolleb et al. 2022). */
  @JsonProperty("absolute")
  ABSOLUTE,
  /** max(0, input − reconstruction) of the first channel: what is brighter than healthy. */
  @JsonProperty("brighter")
  BRIGHTER,
  /**
   * max(0, Σ over FLAIR and T2 of input − reconstruction): what is brighter than healthy in both,
   * as oedema and the plaques of multiple sclerosis are.
   */
  @JsonProperty("brighter-flair-t2")
  BRIGHTER_FLAIR_T2;

  /**
   * The channels that count.
   *
   * @throws CheckpointException where one that is needed is absent
   */
  int[] channels(List<String> names) {
    if (this == ABSOLUTE) {
      int[] all = new int[names.size()];
      for (int c = 0; c < all.length; c++) {
        all[c] = c;
      }
      return all;
    }
    if (this == BRIGHTER) {
      return new int[] {0};
    }
    int[] indices = {names.indexOf("FLAIR"), names.indexOf("T2")};
    if (indices[0] < 0 || indices[1] < 0) {
      throw new CheckpointException(
          "difference brighter-flair-t2 needs the channels FLAIR and T2, the model has %s"
              .formatted(String.join(", ", names)));
    }
    return indices;
  }

  /**
   * The maps of images.
   *
   * @param images {@code [N, C, S, S]} float32
   * @param healthy likewise
   * @param brains where maps may differ from 0, {@code [N, S, S]} uint8
   * @param channels that count
   * @return {@code [N, S, S]}, owned by the enclosing scope
   */
  Tensor maps(Tensor images, Tensor healthy, Tensor brains, int[] channels) {
    try (Scope scope = new Scope()) {
      Tensor difference = chosen(images, channels).sub(chosen(healthy, channels));
      return scope.keep(
          BrainMaps.of(
              this == ABSOLUTE ? difference.abs() : difference,
              brains,
              new AttributionMapOptions(true, 0, false)));
    }
  }

  /**
   * Squared Euclidean distances over some channels.
   *
   * @param first {@code [N, C, S, S]}
   * @param second likewise
   * @return {@code [N, S, S]}
   */
  static Tensor squared(Tensor first, Tensor second, int[] channels) {
    Tensor difference = chosen(first, channels).sub(chosen(second, channels));
    return difference.mul(difference).sum(new long[] {1}, false, new ScalarTypeOptional());
  }

  /** Some channels of images. */
  static Tensor chosen(Tensor images, int[] channels) {
    Tensor[] planes = new Tensor[channels.length];
    for (int c = 0; c < planes.length; c++) {
      planes[c] = images.narrow(1, channels[c], 1);
    }
    return torch.cat(new TensorVector(planes), 1);
  }
}
