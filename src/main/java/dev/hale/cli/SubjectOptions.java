package dev.hale.cli;

import dev.hale.data.phantom.Pathology;
import dev.hale.experiment.TrainingSource;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that name the subjects to learn from: folders on disk or phantoms. */
final class SubjectOptions {
  private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";

  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      split = ",",
      description =
          "Folders of subjects, or subjects themselves: one folder a subject, one NIfTI file a"
              + " channel.")
  List<Path> data = List.of();

  @Option(
      names = "--phantoms",
      paramLabel = "KIND",
      split = ",",
      description = "Use phantoms instead: healthy, glioma, ms, taking turns.")
  List<Pathology> phantoms = List.of();

  @Option(
      names = "--subjects",
      paramLabel = "N",
      defaultValue = "240",
      description = "How many phantoms." + DEFAULT)
  int subjects;

  @Mixin MaskOptions masks;

  TrainingSource source(List<String> channels) {
    if (data.isEmpty() == phantoms.isEmpty()) {
      throw new ParameterException(
          command.commandLine(), "name the subjects: either --data or --phantoms");
    }
    return data.isEmpty()
        ? new TrainingSource.Phantoms(phantoms, subjects, 0)
        : TrainingSource.Folders.of(data, channels, masks.lesion, masks.brain);
  }
}
