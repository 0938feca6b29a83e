package dev.hale.detection;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a mask is cut from a map, without lesion masks. */
public enum ThresholdRule {
  /** Otsu's, on the brain voxels of the scan at hand. */
  @JsonProperty("otsu")
  OTSU("otsu"),
  /** A value stored with the model: a percentile over healthy slices. */
  @JsonProperty("healthy")
  HEALTHY("healthy"),
  /** A value stored with the model: what the labels of healthy and diseased slices speak for. */
  @JsonProperty("image-labels")
  IMAGE_LABELS("image-labels"),
  /** One half, for maps that are probabilities. */
  @JsonProperty("half")
  HALF("half");

  private final String title;

  ThresholdRule(String title) {
    this.title = title;
  }

  /** The name in configurations and on command lines. */
  @Override
  public String toString() {
    return title;
  }
}
