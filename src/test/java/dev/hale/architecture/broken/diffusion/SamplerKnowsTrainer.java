package dev.hale.architecture.broken.diffusion;

import dev.hale.architecture.broken.training.TrainerKnowsRunner;

/** Breaks a rule on purpose. */
public final class SamplerKnowsTrainer {
  TrainerKnowsRunner trainer;
}
