package dev.hale.architecture.broken.app.detect;

import dev.hale.architecture.broken.app.experiment.RunnerKnowsCommand;

/** Breaks a rule on purpose. */
public final class DetectionKnowsRunner {
  RunnerKnowsCommand runner;
}
