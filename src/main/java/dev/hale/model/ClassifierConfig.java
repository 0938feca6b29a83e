package dev.hale.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * Layout of a {@link NoisyClassifier}.
 *
 * @param backbone what it shares with the U-Net
 * @param pool how the deepest features become logits
 * @param numClasses number of logits; 2 for healthy (0) and diseased (1)
 */
@JsonNaming(SnakeCaseStrategy.class)
public record ClassifierConfig(Backbone backbone, Pool pool, int numClasses) {
  /** Pooling at the end of the classifier. */
  public enum Pool {
    /** Attention pooling as in CLIP; ties the network to its image size. */
    @JsonProperty("attention")
    ATTENTION,
    /** Global average, then a pointwise map. */
    @JsonProperty("adaptive")
    ADAPTIVE
  }
}
