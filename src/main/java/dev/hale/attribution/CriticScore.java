package dev.hale.attribution;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.hale.model.ConvCritic;
import org.bytedeco.pytorch.global.torch;

/** Which number of a critic is attributed, by name, for configurations and command lines. */
public enum CriticScore {
  /**
   * The logit, as published. Of the places of an output map that is pooled by log-mean-exp, the
   * strongest takes nearly all of the gradient, so that the other lesions of an image stay dark.
   */
  @JsonProperty("logit")
  LOGIT("logit"),
  /**
   * −log of the probability that every place of the output map is healthy, each judged by itself: Σ
   * log(1 + exp(o)) over places of output o. Each place counts by its own probability of disease,
   * whatever the others show.
   */
  @JsonProperty("places")
  PLACES("places");

  private final String title;

  CriticScore(String title) {
    this.title = title;
  }

  /** The score of a critic. */
  public Score of(ConvCritic critic) {
    return switch (this) {
      case LOGIT -> Score.of(critic);
      case PLACES -> x -> torch.softplus(critic.outputMap(x)).flatten(1, -1).sum(1);
    };
  }

  /** The name in configurations and on command lines. */
  @Override
  public String toString() {
    return title;
  }
}
