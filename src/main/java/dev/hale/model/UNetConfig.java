package dev.hale.model;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * Layout of a {@link UNet}.
 *
 * @param backbone what it shares with the classifier
 * @param numClasses classes that it is conditioned on, 0 for none
 * @param learnSigma the output has a second half that interpolates the variance
 */
@JsonNaming(SnakeCaseStrategy.class)
public record UNetConfig(Backbone backbone, int numClasses, boolean learnSigma) {
  /** Channels of the output: those of the image, twice with learned variance. */
  public int outChannels() {
    return learnSigma ? 2 * backbone.inChannels() : backbone.inChannels();
  }
}
