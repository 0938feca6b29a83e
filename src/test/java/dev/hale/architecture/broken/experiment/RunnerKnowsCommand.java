package dev.hale.architecture.broken.experiment;

import dev.hale.architecture.broken.Facade;
import dev.hale.architecture.broken.cli.CommandKnowsTensor;
import dev.hale.architecture.broken.training.TrainerKnowsRunner;

/** Breaks a rule on purpose. */
public final class RunnerKnowsCommand {
  CommandKnowsTensor command;
  Facade door;
  TrainerKnowsRunner trainer;
}
