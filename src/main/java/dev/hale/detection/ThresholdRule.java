package dev.hale.detection;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a mask is cut from a map, without labels. */
public enum ThresholdRule {
  /** Otsu's, on the brain voxels of the scan at hand. */
  @JsonProperty("otsu")
  OTSU,
  /** The value that was stored with the model: a percentile over healthy slices. */
  @JsonProperty("healthy")
  HEALTHY
}
