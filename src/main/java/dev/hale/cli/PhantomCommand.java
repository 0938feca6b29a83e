package dev.hale.cli;

import dev.hale.app.prepare.PhantomDataset;
import dev.hale.data.phantom.Pathology;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes made-up subjects with exact lesion masks, to try hale without any patient's data. */
@Command(
    name = "phantom",
    header = "make up brain MRI with exact lesion masks",
    description = {
      "Makes brain-like MRI from nothing but seeds; the same seed gives the same bits, and the same"
          + " head whatever the pathology: healthy-7 is the healthy twin of ms-7.",
      "",
      "Each subject is a folder with FLAIR.nii.gz, T1.nii.gz, T1c.nii.gz, T2.nii.gz and the masks"
          + " lesion.nii.gz and brain.nii.gz. The table labels.csv beside the folders gives each"
          + " subject's pathology, label, seed, the labels of its slices (1 where a slice shows"
          + " lesion) and the lesions' volume in millilitres.",
      "",
      "A folder appears whole or not at all. A subject that is there already is skipped."
    },
    footer = {
      "  Forty subjects with multiple sclerosis:",
      "    hale phantom --pathology ms --subjects 40 --out phantoms",
      "  Gliomas and healthy subjects, half and half:",
      "    hale phantom --pathology glioma,healthy --subjects 20 --out phantoms"
    })
final class PhantomCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin Output output;

  @Option(
      names = "--pathology",
      required = true,
      split = ",",
      paramLabel = "KIND",
      description = "healthy, glioma or ms; several, separated by commas, take turns.")
  List<Pathology> pathologies;

  @Option(
      names = "--subjects",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many subjects. Default: ${DEFAULT-VALUE}.")
  int subjects;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1000000",
      description =
          "Seed of the first subject; each further one has the next. The phantoms of hale train"
              + " count from 0, so keep clear of those for testing. Default: ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder for the subjects, made if there is none.")
  Path out;

  @Option(names = "--overwrite", description = "Make subjects again that are there already.")
  boolean overwrite;

  @Override
  public Integer call() throws IOException {
    if (subjects < 1) {
      throw new ParameterException(
          spec.commandLine(), "--subjects must be at least 1, not " + subjects);
    }
    PhantomDataset dataset = new PhantomDataset(out, pathologies, subjects, seed);
    List<PhantomDataset.Subject> made;
    try (Progress progress = output.progress("Making", subjects, "subjects")) {
      made = dataset.write(overwrite, subject -> progress.advance(1));
    }
    long written = made.stream().filter(PhantomDataset.Subject::written).count();
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("folder", out);
    result.put("seed", seed);
    result.put("written", written);
    result.put("skipped", made.size() - written);
    result.put("subjects", made);
    output.print(
        result,
        () ->
            "%s%nWrote %d subjects to %s; %d were there already.%n"
                .formatted(table(made), written, out, made.size() - written));
    return ExitCode.OK.code();
  }

  private static Table table(List<PhantomDataset.Subject> subjects) {
    Table table = new Table("subject", "slices", "diseased", "lesion ml");
    for (PhantomDataset.Subject subject : subjects) {
      table.row(
          subject.subject(),
          subject.slices(),
          subject.diseasedSlices(),
          String.format(Locale.ROOT, "%.1f", subject.lesionMl()));
    }
    return table;
  }
}
