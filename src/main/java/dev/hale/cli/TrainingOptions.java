package dev.hale.cli;

import dev.hale.data.prepared.PreparedSet;
import dev.hale.engine.Engine;
import dev.hale.experiment.TrainingConfig;
import dev.hale.experiment.TrainingRun;
import dev.hale.experiment.TrainingRun.Network;
import dev.hale.training.Start;
import dev.hale.training.Workers;
import java.nio.file.Path;
import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What both trainings are told, and how both go. */
final class TrainingOptions {
  @Mixin ConfigOptions config;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description =
          "The model's folder: the network goes to DIR/diffusion.safetensors (classifier: likewise),"
              + " checkpoints, logs and curves to DIR/diffusion.")
  Path out;

  @Option(
      names = "--resume",
      arity = "0..1",
      preprocessor = AttachedOnly.class,
      paramLabel = "CHECKPOINT",
      description =
          "Go on from the last checkpoint in --out, with the result of one long run; with"
              + " --resume=previous from the one before, should the last be damaged.")
  Resume resume;

  /** Without a value of its own, the option does not take the argument that follows for one. */
  static final class AttachedOnly implements IParameterPreprocessor {
    @Override
    public boolean preprocess(
        Stack<String> arguments, CommandSpec command, ArgSpec option, Map<String, Object> about) {
      if (" ".equals(about.get("separator"))) {
        arguments.push("last");
      }
      return false;
    }
  }

  /** Checkpoints to go on from. */
  enum Resume {
    LAST(Start.RESUME),
    PREVIOUS(Start.RESUME_PREVIOUS);

    private final Start start;

    Resume(Start start) {
      this.start = start;
    }
  }

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "CPU threads. Default: all processors.")
  Integer threads;

  int train(Network network, Output output) {
    TrainingConfig settings = config.readFor(network);
    if (threads != null) {
      Engine.setThreads(threads);
    }
    TrainingRun run = new TrainingRun(settings, network, out, Workers.ALONE);
    Start start = resume == null ? Start.FRESH : resume.start;
    run.requireFolder(start);
    TrainingProgress progress = new TrainingProgress(output);
    try (PreparedSet set = PreparedData.open(settings.data(), output);
        progress) {
      run.run(start, set, progress);
    }
    output.print(progress.result(run), () -> progress.text(run));
    return ExitCode.OK.code();
  }
}
