package dev.hale.cli;

import dev.hale.data.DataException;
import dev.hale.data.PortableName;
import dev.hale.data.SubjectFolder;
import dev.hale.experiment.Scores;
import dev.hale.experiment.SubjectScore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares what detection wrote with lesion masks. */
@Command(
    name = "score",
    header = "compare detections with lesion masks",
    description =
        "Scores what hale detect wrote for subjects whose lesions are known: Dice of the mask, the"
            + " best Dice that any threshold could reach (oracle), AUROC and average precision over"
            + " brain voxels; beside it, plain thresholding of FLAIR. A subject that cannot be"
            + " scored does not stop the others; the exit status is 6 then, or 3 where none can."
            + " docs/data.md says which numbers of a mask are lesion; a doubtful mask is named in a"
            + " warning.",
    footer = {"  hale score study/ --detections out --lesion lesion"})
final class ScoreCommand implements Callable<Integer> {
  @Mixin Output output;

  @Parameters(
      arity = "1..*",
      paramLabel = "DIR",
      description = "Folders of subjects, or subjects themselves, with FLAIR and a lesion mask.")
  List<Path> folders;

  @Option(
      names = "--detections",
      required = true,
      paramLabel = "DIR",
      description = "The folder that hale detect wrote to: one folder a subject.")
  Path detections;

  @Mixin MaskOptions masks;

  @Override
  public Integer call() {
    List<SubjectScore> scores = new ArrayList<>();
    for (SubjectFolder subject : SubjectFolder.in(folders, List.of("FLAIR"))) {
      scores.add(score(subject));
    }
    output.print(scores, () -> text(scores));
    output.warn(scores.stream().flatMap(score -> score.warnings().stream()));
    List<SubjectScore> failures = scores.stream().filter(score -> score.error() != null).toList();
    failures.forEach(
        failure -> output.error("%s failed: %s".formatted(failure.subject(), failure.error())));
    if (failures.isEmpty()) {
      return ExitCode.OK.code();
    }
    return (failures.size() < scores.size() ? ExitCode.PARTIAL : ExitCode.DATA).code();
  }

  private SubjectScore score(SubjectFolder subject) {
    try {
      Path detection = detections.resolve(PortableName.of(subject.name()));
      return SubjectScore.of(subject, detection, masks.lesion, masks.brain);
    } catch (DataException e) {
      output.trace(e);
      return SubjectScore.failed(subject.name(), e.getMessage());
    }
  }

  private static String text(List<SubjectScore> scores) {
    Table table = new Table("subject", "method", "Dice", "oracle Dice", "AUROC", "AUPRC");
    for (SubjectScore score : scores) {
      if (score.error() != null) {
        table.row(score.subject(), "failed", null, null, null, null);
        continue;
      }
      row(table, score.subject(), "hale", score.method());
      row(table, "", "FLAIR threshold", score.intensityBaseline());
    }
    return table.toString();
  }

  private static void row(Table table, String subject, String method, Scores scores) {
    table.row(
        subject,
        method,
        number(scores.dice()),
        number(scores.oracleDice()),
        number(scores.auroc()),
        number(scores.auprc()));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
