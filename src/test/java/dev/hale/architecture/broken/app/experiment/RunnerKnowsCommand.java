package dev.hale.architecture.broken.app.experiment;

import dev.hale.architecture.broken.Facade;
import dev.hale.architecture.broken.app.detect.DetectionKnowsRunner;
import dev.hale.architecture.broken.cli.CommandKnowsTensor;
import dev.hale.architecture.broken.training.TrainerKnowsRunner;

/** Breaks a rule on purpose. */
public final class RunnerKnowsCommand {
  CommandKnowsTensor command;
  DetectionKnowsRunner detection;
  Facade door;
  TrainerKnowsRunner trainer;
}
