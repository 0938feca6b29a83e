package dev.hale.architecture.broken.training;

import dev.hale.architecture.broken.app.experiment.RunnerKnowsCommand;

/** Breaks a rule on purpose. */
public final class TrainerKnowsRunner {
  RunnerKnowsCommand runner;
}
