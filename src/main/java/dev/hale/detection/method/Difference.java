package dev.hale.detection.method;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.hale.engine.CheckpointException;
import java.util.List;

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
   * The map of one image.
   *
   * @param image {@code [c * pixels + p]}
   * @param healthy likewise
   * @param brain where the map may differ from 0, {@code [p]}
   * @param channels that count
   */
  float[] map(float[] image, float[] healthy, byte[] brain, int[] channels) {
    int pixels = brain.length;
    float[] map = new float[pixels];
    for (int p = 0; p < pixels; p++) {
      if (brain[p] == 0) {
        continue;
      }
      for (int c : channels) {
        float difference = image[c * pixels + p] - healthy[c * pixels + p];
        map[p] += this == ABSOLUTE ? Math.abs(difference) : difference;
      }
      map[p] = Math.max(0, map[p]);
    }
    return map;
  }
}
