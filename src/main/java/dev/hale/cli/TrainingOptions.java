package dev.hale.cli;

import dev.hale.app.recipe.TrainingConfig;
import dev.hale.app.train.TrainingRun;
import dev.hale.app.train.WorkerProcesses;
import dev.hale.app.train.network.NetworkKind;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.DetectorOptions;
import dev.hale.engine.Device;
import dev.hale.training.Processes;
import dev.hale.training.Start;
import dev.hale.training.processes.ProcessGroup;
import dev.hale.training.processes.Rendezvous;
import java.nio.file.Path;
import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What all trainings are told, and how all go. */
final class TrainingOptions {
  @Mixin ConfigOptions config;
  @Mixin ProcessOptions processes;
  @Mixin DeviceOption device;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description =
          "The model's folder: the network goes to DIR/diffusion.safetensors (others: likewise),"
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

  @Mixin ThreadsOption threads;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description =
          "Parts of a batch, of micro_batch images each, computed side by side, each on its share"
              + " of the threads; that share alone changes the last bits of what is learned."
              + " Default: one a thread, as long as there are parts; on a GPU 1.")
  Integer workers;

  int train(NetworkKind network, Output output) {
    if (workers != null && workers < 1) {
      throw new ParameterException(
          output.command.commandLine(), "--workers is %d, must be at least 1".formatted(workers));
    }
    TrainingConfig settings = config.readFor(network);
    Device where = device.named();
    if (where.isCuda()) {
      processes.requireNone(output.command, "--device " + where);
    }
    if (processes.startsOthers(output.command)) {
      new TrainingRun(settings, network, out, where, Processes.ALONE, 0).require(start());
      return processes.startOthers(output.command);
    }
    threads.apply();
    Rendezvous meeting = processes.meeting(output.command);
    if (meeting == null) {
      return train(settings, network, output, where, Processes.ALONE);
    }
    WorkerProcesses.endWithLauncher();
    if (meeting.rank() > 0) {
      output.silence();
    }
    try (ProcessGroup group = ProcessGroup.connect(meeting, Device.CPU)) {
      return train(settings, network, output, where, group);
    }
  }

  private int train(
      TrainingConfig settings,
      NetworkKind network,
      Output output,
      Device where,
      Processes processes) {
    TrainingRun run =
        new TrainingRun(settings, network, out, where, processes, workers == null ? 0 : workers);
    run.require(start());
    where.requireAvailable(); // before missing data are prepared for it
    processes.barrier(); // all have looked, before rank 0 writes
    boolean first = processes.rank() == 0;
    if (!first) {
      processes.barrier(); // rank 0 has prepared what was missing
    }
    TrainingProgress progress = new TrainingProgress(output, first);
    try (PreparedSet set = PreparedData.open(settings.data(), output);
        progress) {
      PreparedSet lessons = lessons(settings, network, set, output, where);
      if (first) {
        processes.barrier();
      }
      run.run(start(), lessons, progress);
    }
    if (first) {
      output.print(progress.result(run), () -> progress.text(run));
    }
    return ExitCode.OK.code();
  }

  private PreparedSet lessons(
      TrainingConfig settings, NetworkKind network, PreparedSet set, Output output, Device where) {
    if (network.teacher(settings).isEmpty()) {
      return network.lessons(settings, set, out, DetectorOptions.on(where), DetectionProgress.NONE);
    }
    int most = set.slices().size();
    try (Progress marking = output.progress("Marking", most, "slices")) {
      return network.lessons(settings, set, out, DetectorOptions.on(where), marking::moveTo);
    }
  }

  private Start start() {
    return resume == null ? Start.FRESH : resume.start;
  }
}
