package dev.hale.cli;

import dev.hale.app.prepare.Preparation;
import dev.hale.app.prepare.PreparationPlan;
import dev.hale.app.recipe.PreparationSettings;
import dev.hale.data.layout.Skipped;
import dev.hale.data.phantom.Pathology;
import dev.hale.scan.Axis;
import dev.hale.scan.Normalisation;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Turns a data set of a known layout into the images that training reads. */
@Command(
    name = "prepare",
    header = "turn a data set into the images that training reads",
    description = {
      "Finds the scans of a data set by the names of its files, brings them to canonical orientation,"
          + " finds the brain where no mask is given, scales each channel by percentiles inside it,"
          + " resamples slices to the model's pixels, labels them by the lesion masks (or the"
          + " table's labels), and splits the patients, never slices, into training, validation and"
          + " test.",
      "",
      "Layouts: brats, wolleb, chexpert, bids, msseg, isbi2015, mslesseg, open-ms, wmh, ucsf-pdgm,"
          + " nnunet, phantom, csv. What is not named as the layout has it, or lacks a file, is listed and left out."
          + " So is what cannot be read, such as links whose content was never fetched; the exit"
          + " status is 6 then.",
      "",
      "Of a mask of labels every value above 0 is lesion (wmh: 1 alone), of a soft mask what exceeds"
          + " half of its largest value. A doubtful mask is named in a warning; set.json keeps it.",
      "",
      "With --json: an object of subjects, skipped, warnings and out."
    },
    footer = {
      "  hale prepare brats BraTS2020/ --channels FLAIR,T1,T1c,T2 --out out/data/brats2020",
      "  hale prepare csv manifest.csv --channels FLAIR,T1 --test-subjects patient19 --out out/data/ms",
      "  Look before:",
      "    hale prepare bids study/ --channels FLAIR,T1 --dry-run",
      "  Phantoms, made on the way:",
      "    hale prepare phantom --subjects 60 --pathologies healthy,ms --out out/data/ms-phantoms"
    })
final class PrepareCommand implements Callable<Integer> {
  private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";

  @Spec CommandSpec spec;
  @Mixin Output output;

  @Parameters(index = "0", paramLabel = "LAYOUT", description = "How the files are named.")
  String layout;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DIR",
      description = "The data set's folder; for csv the table; for phantom none, or a folder.")
  Path source;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The prepared set; replaced if it is one.")
  Path out;

  @Option(names = "--dry-run", description = "Only say what would be taken and what not.")
  boolean dryRun;

  @Option(
      names = "--channels",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "FLAIR,T1,T1c,T2",
      description = "Channels, in the model's order. Pictures have one, image." + DEFAULT)
  List<String> channels;

  @Option(
      names = "--optional-channels",
      paramLabel = "NAME",
      split = ",",
      description = "Channels that a scan may lack; a model then sees nothing but -1 there.")
  List<String> optionalChannels = List.of();

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      defaultValue = "64",
      description = "Side of a model image." + DEFAULT)
  int imageSize;

  @Option(
      names = "--spacing",
      paramLabel = "MM",
      defaultValue = "3",
      description = "Side of a model pixel in millimetres; pictures are resized instead." + DEFAULT)
  double spacing;

  @Option(
      names = "--axis",
      paramLabel = "AXIS",
      defaultValue = "AXIAL",
      description = "Across which slices are taken: axial, coronal or sagittal." + DEFAULT)
  Axis axis;

  @Option(
      names = "--slice-distance",
      paramLabel = "MM",
      description =
          "How far apart slices lie that count as neighbours. Default: the very next ones.")
  Double sliceDistance;

  @Option(
      names = "--percentiles",
      paramLabel = "P",
      split = ",",
      arity = "1",
      defaultValue = "1,99",
      description = "Percentiles inside the brain that become -1 and 1." + DEFAULT)
  List<Double> percentiles;

  @Option(
      names = "--normalisation",
      paramLabel = "HOW",
      defaultValue = "PERCENTILES",
      description =
          "How intensities become values from -1 to 1: percentiles, landmarks or white_matter."
              + DEFAULT)
  Normalisation normalisation;

  @Option(
      names = "--minimum-brain",
      paramLabel = "FRACTION",
      defaultValue = "0.05",
      description = "Leave out slices of which the brain covers less." + DEFAULT)
  double minimumBrain;

  @Option(
      names = "--minimum-lesion",
      paramLabel = "PIXELS",
      defaultValue = "3",
      description =
          "Leave out slices with lesion on fewer model pixels than this, but some." + DEFAULT)
  int minimumLesion;

  @Option(
      names = "--validation",
      paramLabel = "SHARE",
      defaultValue = "0.1",
      description = "Share of the patients for validation." + DEFAULT)
  double validation;

  @Option(
      names = "--test",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = "Share of the patients for testing." + DEFAULT)
  double test;

  @Option(
      names = "--validation-subjects",
      paramLabel = "NAME",
      split = ",",
      description = "Patients or subjects for validation, by name.")
  List<String> validationSubjects = List.of();

  @Option(
      names = "--test-subjects",
      paramLabel = "NAME",
      split = ",",
      description = "Patients or subjects for testing, by name.")
  List<String> testSubjects = List.of();

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of the splits, and of the first phantom." + DEFAULT)
  long seed;

  @Option(
      names = "--subjects",
      paramLabel = "N",
      defaultValue = "240",
      description = "How many phantoms to make." + DEFAULT)
  int subjects;

  @Option(
      names = "--pathologies",
      paramLabel = "KIND",
      split = ",",
      defaultValue = "healthy,glioma,ms",
      description = "Of phantoms that are made, taking turns." + DEFAULT)
  List<Pathology> pathologies;

  @Override
  public Integer call() {
    if (out == null && !dryRun) {
      throw new ParameterException(spec.commandLine(), "name the folder to write: --out DIR");
    }
    if (percentiles.size() != 2) {
      throw new ParameterException(
          spec.commandLine(), "--percentiles takes two numbers, like 1,99");
    }
    PreparationSettings settings =
        new PreparationSettings(
            layout,
            Optional.ofNullable(source),
            channels,
            optionalChannels,
            imageSize,
            spacing,
            axis,
            percentiles.get(0),
            percentiles.get(1),
            normalisation,
            minimumBrain,
            minimumLesion,
            validation,
            test,
            validationSubjects,
            testSubjects,
            seed,
            pathologies,
            subjects,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.ofNullable(sliceDistance));
    PreparationPlan plan = PreparationPlan.of(settings);
    List<Skipped> skipped = plan.skipped();
    List<String> warnings = plan.warnings();
    output.warn(warnings.stream()); // before anything else can fail
    if (!dryRun) {
      try (Progress progress = output.progress("Preparing", plan.items().size(), "subjects")) {
        skipped = Preparation.run(settings, plan, out, done -> progress.advance(1));
      }
      warnings = PreparedData.warnings(out, plan, output);
    }
    print(plan, skipped, warnings);
    return (skipped.stream().anyMatch(Skipped::failed) ? ExitCode.PARTIAL : ExitCode.OK).code();
  }

  private void print(PreparationPlan plan, List<Skipped> skipped, List<String> warnings) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("subjects", plan.items());
    result.put("skipped", skipped);
    result.put("warnings", warnings);
    if (!dryRun) {
      result.put("out", out);
    }
    output.print(result, () -> text(plan, skipped));
  }

  private String text(PreparationPlan plan, List<Skipped> skipped) {
    StringBuilder text = new StringBuilder();
    if (dryRun) {
      Table table = new Table("subject", "patient", "channels", "image label", "split");
      for (PreparationPlan.Item item : plan.items()) {
        table.row(
            item.subject(),
            item.patient(),
            String.join(" ", item.channels().isEmpty() ? channels : item.channels()),
            item.diseased() ? "diseased" : "healthy",
            item.split().name().toLowerCase(Locale.ROOT));
      }
      text.append(table).append("%d subjects would be taken".formatted(plan.items().size()));
    } else {
      text.append("Wrote %s; hale data show %s counts it".formatted(out, out));
    }
    if (!skipped.isEmpty()) {
      text.append("%nLeft out:".formatted());
    }
    for (Skipped left : skipped) {
      text.append("%n  %s: %s".formatted(left.what(), left.reason()));
    }
    return text.toString();
  }
}
