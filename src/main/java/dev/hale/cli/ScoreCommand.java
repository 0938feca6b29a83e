package dev.hale.cli;

import dev.hale.app.detect.Scores;
import dev.hale.app.detect.SubjectScore;
import dev.hale.evaluation.HealthyImageMetrics;
import dev.hale.io.PortableName;
import dev.hale.io.SubjectFolder;
import dev.hale.scan.Axis;
import dev.hale.scan.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
            + " brain voxels; beside it, plain thresholding of FLAIR. Where detection made a healthy"
            + " image, how healthy that is, too. A subject that cannot be scored does not stop the"
            + " others; the exit status is 6 then, or 3 where none can. docs/reference/masks.md says which"
            + " numbers of a mask are lesion; a doubtful mask is named in a warning.",
    footer = {
      "  hale score study/ --detections out --lesion lesion",
      "  Phantoms against their healthy twins, which have the same seeds:",
      "    hale phantom --pathology ms --subjects 4 --seed 1003000 --out phantoms",
      "    hale phantom --pathology healthy --subjects 4 --seed 1003000 --out twins",
      "    hale detect phantoms/ --out out",
      "    hale score phantoms/ --detections out --twin twins"
    })
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

  @Option(
      names = "--twin",
      paramLabel = "DIR",
      description =
          "The same heads without lesion: a folder with the subjects' names or, for phantoms, with"
              + " healthy-SEED for ms-SEED and glioma-SEED. Healthy images are compared with them.")
  Path twins;

  @Option(
      names = "--axis",
      paramLabel = "AXIS",
      defaultValue = "axial",
      description =
          "Across which slices are taken to measure healthy images: axial, coronal or sagittal."
              + " Default: ${DEFAULT-VALUE}.")
  Axis axis;

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
      Optional<SubjectFolder> twin =
          Optional.ofNullable(twins).map(folder -> twin(folder, subject.name()));
      return SubjectScore.of(subject, detection, masks.lesion, masks.brain, twin, axis);
    } catch (DataException e) {
      output.trace(e);
      return SubjectScore.failed(subject.name(), e.getMessage());
    }
  }

  /** The twin of a subject: of its name, or as {@code hale phantom} names them. */
  private static SubjectFolder twin(Path root, String subject) {
    String phantom = subject.replaceFirst("^(ms|glioma)-", "healthy-");
    for (String name : List.of(subject, phantom)) {
      if (Files.isDirectory(root.resolve(name))) {
        return new SubjectFolder(root.resolve(name));
      }
    }
    throw new DataException(
        "%s has no twin of %s: expected a folder %s"
            .formatted(
                root, subject, subject.equals(phantom) ? subject : subject + " or " + phantom));
  }

  private String text(List<SubjectScore> scores) {
    return detections(scores)
        + (scores.stream().anyMatch(one -> one.healthyImage() != null)
            ? "\n" + healthyImages(scores)
            : "");
  }

  private Table healthyImages(List<SubjectScore> scores) {
    List<String> header =
        new ArrayList<>(
            List.of(
                "healthy image of",
                "change outside lesions",
                "outside the mask",
                "contrast to the other side",
                "healthy slices unchanged"));
    if (twins != null) {
      header.addAll(
          List.of("residual contrast", "RMSE lesion", "outside", "SSIM lesion", "outside"));
    }
    Table table = new Table(header.toArray(String[]::new));
    for (SubjectScore score : scores) {
      HealthyImageMetrics image = score.healthyImage();
      if (image == null) {
        continue;
      }
      List<Object> row =
          new ArrayList<>(
              List.of(
                  score.subject(),
                  number(image.outsideChange()),
                  number(image.unmarkedChange()),
                  number(image.mirrorContrast()),
                  "%d of %d".formatted(image.unchangedSlices(), image.healthySlices())));
      if (twins != null) {
        row.addAll(
            List.of(
                number(image.residualContrast()),
                number(image.lesionRmse()),
                number(image.outsideRmse()),
                number(image.lesionSsim()),
                number(image.outsideSsim())));
      }
      table.row(row.toArray());
    }
    return table;
  }

  private static Table detections(List<SubjectScore> scores) {
    Table table = new Table("subject", "method", "Dice", "oracle Dice", "AUROC", "AUPRC");
    for (SubjectScore score : scores) {
      if (score.error() != null) {
        table.row(score.subject(), "failed", null, null, null, null);
        continue;
      }
      row(table, score.subject(), "hale", score.method());
      row(table, "", "FLAIR threshold", score.intensityBaseline());
    }
    return table;
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
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.3f", value);
  }
}
