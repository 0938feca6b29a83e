package dev.hale.cli;

import dev.hale.app.detect.Scores;
import dev.hale.app.detect.SubjectScore;
import dev.hale.detection.result.DetectionRecord;
import dev.hale.evaluation.HealthyImageMetrics;
import dev.hale.io.FileFailure;
import dev.hale.io.PortableName;
import dev.hale.io.ScanFiles;
import dev.hale.io.ScanSearch;
import dev.hale.scan.Axis;
import dev.hale.scan.DataException;
import dev.hale.scan.WantedChannels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
      description =
          "Folders, searched as hale detect does for files named FLAIR, such as NAME_flair.nii.gz;"
              + " lesion masks lie beside them.")
  List<Path> folders;

  @Option(
      names = "--rename",
      paramLabel = "FILE=CHANNEL",
      split = ",",
      description = "What files are called where that is another name, such as t2f=FLAIR.")
  Map<String, String> renamed = new LinkedHashMap<>();

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
    ScanSearch search = ScanSearch.byName(channels(), renamed);
    List<ScanFiles> twinScans = twins == null ? List.of() : find(search, List.of(twins));
    for (ScanFiles subject : find(search, folders)) {
      scores.add(score(subject, twinScans));
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

  /** FLAIR, and what else of a scan there is a healthy image of. */
  private WantedChannels channels() {
    Set<String> healthy = new TreeSet<>();
    try (Stream<Path> results = Files.list(detections)) {
      results
          .filter(Files::isDirectory)
          .forEach(folder -> healthy.addAll(SubjectScore.healthyChannels(folder)));
    } catch (IOException e) {
      throw new DataException(
          "%s: cannot be listed: %s".formatted(detections, FileFailure.reason(e)), e);
    }
    healthy.remove("FLAIR");
    List<String> names = new ArrayList<>(List.of("FLAIR"));
    names.addAll(healthy);
    return new WantedChannels(names, List.copyOf(healthy));
  }

  private List<ScanFiles> find(ScanSearch search, List<Path> roots) {
    return search.find(roots, DetectionRecord::isIn).scans();
  }

  private SubjectScore score(ScanFiles subject, List<ScanFiles> twinScans) {
    try {
      Path detection = detections.resolve(PortableName.of(subject.name()));
      Optional<ScanFiles> twin =
          twins == null ? Optional.empty() : Optional.of(twin(twinScans, subject.name()));
      return SubjectScore.of(subject, detection, masks.lesion, masks.brain, twin, axis);
    } catch (DataException e) {
      output.trace(e);
      return SubjectScore.failed(subject.name(), e.getMessage());
    }
  }

  /** The twin of a subject: of its name, or as {@code hale phantom} names them. */
  private ScanFiles twin(List<ScanFiles> twinScans, String subject) {
    String phantom = subject.replaceFirst("^(ms|glioma)-", "healthy-");
    return Stream.of(subject, phantom)
        .flatMap(name -> twinScans.stream().filter(twin -> twin.name().equals(name)))
        .findFirst()
        .orElseThrow(
            () ->
                new DataException(
                    "%s has no twin of %s: expected a folder %s"
                        .formatted(
                            twins,
                            subject,
                            subject.equals(phantom) ? subject : subject + " or " + phantom)));
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
