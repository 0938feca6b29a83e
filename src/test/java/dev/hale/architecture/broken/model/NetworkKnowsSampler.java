package dev.hale.architecture.broken.model;

import dev.hale.architecture.broken.diffusion.SamplerKnowsTrainer;

/** Breaks a rule on purpose. */
public final class NetworkKnowsSampler {
  SamplerKnowsTrainer sampler;
}
