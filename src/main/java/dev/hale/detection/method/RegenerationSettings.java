package dev.hale.detection.method;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.io.Serializable;

/**
 * How a lesion is made new: where, from which noise level, how often.
 *
 * @param fusion of the map that says where; its parents' smoothing and threshold rule are this
 *     method's, too
 * @param chain how the pixels inside the gate are made new
 * @param levels what calibration measures; null before
 */
@JsonNaming(SnakeCaseStrategy.class)
public record RegenerationSettings(FusionSettings fusion, Chain chain, Levels levels)
    implements CombinedSettings, Sampled {

  /**
   * How the pixels inside a gate are made new, as {@link HealingSettings} says, and what they are
   * to the map.
   *
   * @param noiseLevel L: from how far up the training chain, in training steps; deep, for what is
   *     to be made new must not show through
   * @param steps S: stochastic steps down, each of which calls the network; at most L
   * @param calls of the network that encode what lies outside of the gate, at most S
   * @param samples K: healthy images that are made of a slice, at least 1; their mean is shown
   * @param rounds how often a slice is made new at most while it still looks diseased, at least 1
   * @param gateLevel to where the gate reaches, as a share of the threshold of the map that sets
   *     it; above 0
   * @param margin pixels by which the gate is widened, at least 0: what a lesion does to its
   *     surroundings belongs to it
   * @param healthyPercentile percentile of healthy slices, by their maps' highest values and by the
   *     critic's logits, up to which a slice counts as healthy; in (0, 100)
   * @param weight w of the regeneration in the map, in [0, 1); 1 − w is the fusion map's
   * @param floor f, in model units, above 0: a difference of so much doubles what the map says
   * @param spreadWeight k, at least 0: how much the spread of the samples counts against a
   *     difference; 0 for not at all
   */
  @JsonNaming(SnakeCaseStrategy.class)
  public record Chain(
      int noiseLevel,
      int steps,
      int calls,
      int samples,
      int rounds,
      double gateLevel,
      int margin,
      double healthyPercentile,
      double weight,
      double floor,
      double spreadWeight)
      implements Serializable {
    /** What phantoms chose: docs/lab/regeneration.md. */
    public static final Chain DEFAULT = of(HealingSettings.DEFAULT, 0.4, 0.1, 0);

    public Chain {
      HealingSettings.check(
          noiseLevel, steps, calls, samples, rounds, gateLevel, margin, healthyPercentile);
      if (!(floor > 0) || !(spreadWeight >= 0)) {
        throw new IllegalArgumentException(
            "floor must be above 0 and spread_weight at least 0: %s, %s"
                .formatted(floor, spreadWeight));
      }
      if (!(weight >= 0 && weight < 1)) {
        throw new IllegalArgumentException("weight is %s, expected [0, 1)".formatted(weight));
      }
    }

    private static Chain of(
        HealingSettings healing, double weight, double floor, double spreadWeight) {
      return new Chain(
          healing.noiseLevel(),
          healing.steps(),
          healing.calls(),
          healing.samples(),
          healing.rounds(),
          healing.gateLevel(),
          healing.margin(),
          healing.healthyPercentile(),
          weight,
          floor,
          spreadWeight);
    }

    /** What does not concern the map. */
    public HealingSettings healing() {
      return new HealingSettings(
          noiseLevel, steps, calls, samples, rounds, gateLevel, margin, healthyPercentile);
    }

    /** With another number of samples. */
    public Chain withSamples(int count) {
      return of(healing().withSamples(count), weight, floor, spreadWeight);
    }
  }

  /**
   * What healthy and diseased slices of known label say.
   *
   * @param seed a slice counts as healthy unless its fusion map exceeds this somewhere, at least 0
   * @param reach the gate reaches from there through all that exceeds this, at least 0
   * @param verdict the critic calls a slice diseased whose logit exceeds this
   */
  @JsonNaming(SnakeCaseStrategy.class)
  public record Levels(double seed, double reach, double verdict) implements Serializable {
    public Levels {
      GateLevels.check(seed, reach);
      if (Double.isNaN(verdict)) {
        throw new IllegalArgumentException("verdict must be a number: " + verdict);
      }
    }

    /** Those of the gate. */
    GateLevels gate() {
      return new GateLevels(seed, reach);
    }
  }

  public RegenerationSettings {
    if (fusion == null || chain == null) {
      throw new IllegalArgumentException("regeneration needs fusion and chain");
    }
  }

  @Override
  public CounterfactualSettings counterfactual() {
    return fusion.counterfactual();
  }

  @Override
  public AttributionSettings attribution() {
    return fusion.attribution();
  }

  /** 0: all parts are smoothed before they meet. */
  @Override
  public double smoothing() {
    return 0;
  }

  @Override
  public RegenerationSettings withCounterfactual(CounterfactualSettings other) {
    return new RegenerationSettings(fusion.withCounterfactual(other), chain, levels);
  }

  @Override
  public RegenerationSettings withSamples(int count) {
    return new RegenerationSettings(fusion, chain.withSamples(count), levels);
  }

  /** With what calibration measured. */
  public RegenerationSettings withLevels(FusionSettings measuredFusion, Levels measured) {
    return new RegenerationSettings(measuredFusion, chain, measured);
  }
}
