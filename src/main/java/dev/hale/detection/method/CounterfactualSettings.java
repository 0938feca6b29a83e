package dev.hale.detection.method;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hale.detection.ThresholdRule;
import dev.hale.diffusion.DdimSampler;
import dev.hale.diffusion.Samplers;
import dev.hale.diffusion.SparseDdimSampler;

/**
 * How a method runs that encodes or noises an image and decodes it towards healthy.
 *
 * @param chain how the two halves line up
 * @param noiseLevel L: how far up the training chain the image is encoded, in training steps; from
 *     1 to T
 * @param steps S: steps each way; from 1 to {@code noiseLevel}
 * @param sampler how the chain is followed, by the name of a {@link dev.hale.diffusion.Sampler}
 *     that can encode; empty, also where a model's file says nothing, for {@code ddim}, or, with
 *     calls, {@code sparse-ddim}; methods that sample at random have no use for it
 * @param calls in how many of the steps the network is called; 0, also where a model's file says
 *     nothing, for all; methods that sample at random have no use for it
 * @param guidance s: how strongly decoding is steered towards healthy, at least 0, 0 for not at
 *     all; the weight w of classifier-free guidance
 * @param guidanceEvery k: the classifier's gradient is computed with the first of every k calls of
 *     decoding and used again with the others; 0, where a model's file says nothing, is 1
 * @param encodingLabel class that a class-conditional network is told while encoding: 0 (healthy)
 *     as published, or 1, or, where labels were withheld in training, 2 (none); decoding is led
 *     towards 0
 * @param difference what the map shows
 * @param smoothing standard deviation of a Gaussian over the map, in model pixels; 0 for none
 * @param threshold how the mask is cut from the map
 */
@JsonNaming(SnakeCaseStrategy.class)
public record CounterfactualSettings(
    Chain chain,
    int noiseLevel,
    int steps,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String sampler,
    int calls,
    double guidance,
    int guidanceEvery,
    int encodingLabel,
    Difference difference,
    double smoothing,
    ThresholdRule threshold)
    implements DiffusionBased {

  /** How encoding and decoding line up. */
  public enum Chain {
    /** Decoding revisits exactly the levels of encoding; unguided, it returns the input. */
    @JsonProperty("aligned")
    ALIGNED,
    /**
     * The published code of Wolleb et al. 2022: the halves one step out of line, a little noise
     * first, x̂0 clamped in every step.
     */
    @JsonProperty("wolleb-2022")
    WOLLEB_2022
  }

  public CounterfactualSettings {
    if (chain == null || difference == null) {
      throw new IllegalArgumentException("counterfactual needs chain and difference");
    }
    guidanceEvery = guidanceEvery == 0 ? 1 : guidanceEvery;
    sampler = sampler == null ? "" : sampler;
    calls = calls == steps ? 0 : calls;
    if (noiseLevel < 1 || steps < 1 || steps > noiseLevel) {
      throw new IllegalArgumentException(
          "steps must lie in 1 … noise level: steps %d, noise level %d"
              .formatted(steps, noiseLevel));
    }
    if (calls < 0 || calls > steps) {
      throw new IllegalArgumentException(
          "calls must lie in 1 … steps, or be 0 for all: calls %d, steps %d"
              .formatted(calls, steps));
    }
    if (calls != 0 && chain == Chain.WOLLEB_2022) {
      throw new IllegalArgumentException(
          "the chain wolleb-2022 calls the network in every step; leave out calls");
    }
    if (!sampler.isEmpty() && chain == Chain.WOLLEB_2022) {
      throw new IllegalArgumentException(
          "the chain wolleb-2022 is followed by ddim; leave out sampler");
    }
    if (!sampler.isEmpty() && !Samplers.named(sampler).encodes()) {
      throw new IllegalArgumentException(
          "sampler %s draws at random and cannot encode an image".formatted(sampler));
    }
    if (guidanceEvery < 1) {
      throw new IllegalArgumentException(
          "guidance_every is %d, expected 1 or more".formatted(guidanceEvery));
    }
    if (!(guidance >= 0) || !(smoothing >= 0)) {
      throw new IllegalArgumentException(
          "guidance and smoothing must not be negative: %s, %s".formatted(guidance, smoothing));
    }
  }

  /**
   * The published method (Wolleb et al. 2022): T = 1000, L = 500 in 500 steps, s = 100, Σ |x − x̂|
   * over channels as it is, Otsu's threshold, the chain of the published code.
   */
  public static CounterfactualSettings wolleb2022() {
    return new CounterfactualSettings(
        Chain.WOLLEB_2022, 500, 500, "", 0, 100, 1, 0, Difference.ABSOLUTE, 0, ThresholdRule.OTSU);
  }

  /** The sampler that follows the chain, by name. */
  public String samplerName() {
    if (!sampler.isEmpty()) {
      return sampler;
    }
    return calls == 0 ? DdimSampler.NAME : SparseDdimSampler.NAME;
  }

  /** With another chain. */
  public CounterfactualSettings withChain(Chain newChain) {
    return new CounterfactualSettings(
        newChain,
        noiseLevel,
        steps,
        sampler,
        calls,
        guidance,
        guidanceEvery,
        encodingLabel,
        difference,
        smoothing,
        threshold);
  }

  /** With the network called in so many steps each way; 0 for all. */
  public CounterfactualSettings withCalls(int newCalls) {
    return new CounterfactualSettings(
        chain,
        noiseLevel,
        steps,
        sampler,
        newCalls,
        guidance,
        guidanceEvery,
        encodingLabel,
        difference,
        smoothing,
        threshold);
  }

  /**
   * With another noise level and other steps each way, where one rules the other out; each of them
   * calls the network.
   */
  public CounterfactualSettings withNoiseLevelAndSteps(int newNoiseLevel, int newSteps) {
    return new CounterfactualSettings(
        chain,
        newNoiseLevel,
        newSteps,
        sampler,
        0,
        guidance,
        guidanceEvery,
        encodingLabel,
        difference,
        smoothing,
        threshold);
  }

  /** With another class to be told while encoding. */
  public CounterfactualSettings withEncodingLabel(int label) {
    return new CounterfactualSettings(
        chain,
        noiseLevel,
        steps,
        sampler,
        calls,
        guidance,
        guidanceEvery,
        label,
        difference,
        smoothing,
        threshold);
  }

  /** With another guidance scale. */
  public CounterfactualSettings withGuidance(double newGuidance) {
    return new CounterfactualSettings(
        chain,
        noiseLevel,
        steps,
        sampler,
        calls,
        newGuidance,
        guidanceEvery,
        encodingLabel,
        difference,
        smoothing,
        threshold);
  }

  /** With the classifier's gradient computed once in so many calls. */
  public CounterfactualSettings withGuidanceEvery(int every) {
    return new CounterfactualSettings(
        chain,
        noiseLevel,
        steps,
        sampler,
        calls,
        guidance,
        every,
        encodingLabel,
        difference,
        smoothing,
        threshold);
  }

  @Override
  public CounterfactualSettings withThreshold(ThresholdRule newThreshold) {
    return new CounterfactualSettings(
        chain,
        noiseLevel,
        steps,
        sampler,
        calls,
        guidance,
        guidanceEvery,
        encodingLabel,
        difference,
        smoothing,
        newThreshold);
  }

  @Override
  public CounterfactualSettings counterfactual() {
    return this;
  }

  @Override
  public CounterfactualSettings withCounterfactual(CounterfactualSettings other) {
    return other;
  }
}
