package dev.hale.cli;

import dev.hale.data.prepared.Augmentation;
import dev.hale.data.prepared.ContactSheet;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.data.prepared.PreparedSlice;
import dev.hale.data.prepared.SliceCounts;
import dev.hale.data.prepared.Split;
import dev.hale.scan.Preprocessing;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Counts what a prepared set holds and draws a contact sheet of it. */
@Command(
    name = "show",
    header = "count a prepared set's slices and draw some of them",
    description = {
      "Prints how many slices and subjects each split has, and each subject's slices by label."
          + " With --out it draws a contact sheet: slices chosen at random, with their labels, the"
          + " brain's outline in blue and the lesion's in red."
    },
    footer = {
      "  hale data show out/data/demo",
      "  hale data show out/data/demo --split train --slices 48 --out sheet.png",
      "  The same slices as augmentation varies them:",
      "    hale data show out/data/demo --augment flip=0.5,rotation=10 --out varied.png"
    })
final class DataShowCommand implements Callable<Integer> {
  private static final List<String> PARTS =
      List.of("flip", "rotation", "scale", "shift", "gamma", "bias", "noise", "drop_channels");

  private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";
  private static final int MOST_SUBJECTS_LISTED = 20;

  @Spec CommandSpec spec;
  @Mixin Output output;

  @Parameters(paramLabel = "DIR", description = "A prepared set.")
  Path folder;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Draw a contact sheet into this PNG file, replaced if it is there.")
  Path out;

  @Option(
      names = "--slices",
      paramLabel = "N",
      defaultValue = "24",
      description = "How many slices to draw, at most." + DEFAULT)
  int slices;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description = "Draw slices of train, validation or test alone. Default: all.")
  Split split;

  @Option(
      names = "--channel",
      paramLabel = "NAME",
      description = "The channel to draw. Default: the first.")
  String channel;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of the choice of slices." + DEFAULT)
  long seed;

  @Option(
      names = "--augment",
      paramLabel = "PART=STRENGTH",
      split = ",",
      description =
          "Draw slices varied as in training: flip (probability), rotation (degrees), scale"
              + " (fraction), shift (pixels), gamma, bias, noise.")
  Map<String, Double> augment = Map.of();

  @Option(
      names = "--subjects",
      description = "List every subject, however many there are. --json always does.")
  boolean subjects;

  /** A subject's row of the result. */
  private record Subject(String subject, Split split, int slices, int healthy, int diseased) {}

  @Override
  public Integer call() {
    if (slices < 1) {
      throw wrong("--slices must be at least 1, not " + slices);
    }
    Augmentation augmentation = augmentation();
    try (PreparedSet set = PreparedSet.open(folder)) {
      int shown = channel(set.preprocessing());
      if (out != null) {
        new ContactSheet(set, shown, augmentation, seed)
            .montage(slices, slice -> split == null || slice.split() == split)
            .write(out);
      }
      print(set);
    }
    return ExitCode.OK.code();
  }

  private Augmentation augmentation() {
    for (String part : augment.keySet()) {
      if (!PARTS.contains(part)) {
        throw wrong(
            "--augment knows no %s; choose from %s".formatted(part, String.join(", ", PARTS)));
      }
    }
    double[] strengths = PARTS.stream().mapToDouble(p -> augment.getOrDefault(p, 0.0)).toArray();
    return new Augmentation(
        strengths[0],
        strengths[1],
        strengths[2],
        strengths[3],
        strengths[4],
        strengths[5],
        strengths[6],
        strengths[7]);
  }

  private int channel(Preprocessing preprocessing) {
    int index = channel == null ? 0 : preprocessing.channels().indexOf(channel);
    if (index < 0) {
      throw wrong(
          "the set has no channel %s; choose from %s"
              .formatted(channel, String.join(", ", preprocessing.channels())));
    }
    return index;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void print(PreparedSet set) {
    Map<Split, SliceCounts> splits = new LinkedHashMap<>();
    for (Split each : Split.values()) {
      splits.put(
          each,
          SliceCounts.of(set.slices().stream().filter(slice -> slice.split() == each).toList()));
    }
    List<Subject> bySubject = bySubject(set.slices());
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("folder", folder);
    result.put("preprocessing", set.preprocessing());
    result.put("splits", splits);
    result.put("total", SliceCounts.of(set.slices()));
    result.put("subjects", bySubject);
    result.put("warnings", set.warnings());
    result.put("picture", out);
    output.print(result, () -> text(set, splits, bySubject));
    output.warn(set.warnings().stream());
  }

  private static List<Subject> bySubject(List<PreparedSlice> slices) {
    Map<String, List<PreparedSlice>> grouped =
        slices.stream()
            .collect(
                Collectors.groupingBy(PreparedSlice::subject, TreeMap::new, Collectors.toList()));
    return grouped.entrySet().stream()
        .map(
            entry -> {
              SliceCounts counts = SliceCounts.of(entry.getValue());
              return new Subject(
                  entry.getKey(),
                  entry.getValue().get(0).split(),
                  counts.slices(),
                  counts.healthy(),
                  counts.diseased());
            })
        .toList();
  }

  private String text(PreparedSet set, Map<Split, SliceCounts> splits, List<Subject> bySubject) {
    Preprocessing how = set.preprocessing();
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%s: %s images of %d×%d pixels of %s mm, channels %s%n%n",
                folder,
                lower(how.axis()),
                how.imageSize(),
                how.imageSize(),
                how.spacing(),
                String.join(", ", how.channels())));
    Table table = new Table("split", "subjects", "slices", "healthy", "diseased", "with mask");
    splits.forEach((each, counts) -> row(table, lower(each), counts));
    row(table, "all", SliceCounts.of(set.slices()));
    text.append(table).append('\n');
    if (subjects || bySubject.size() <= MOST_SUBJECTS_LISTED) {
      Table list = new Table("subject", "split", "slices", "healthy", "diseased");
      for (Subject each : bySubject) {
        list.row(
            each.subject(), lower(each.split()), each.slices(), each.healthy(), each.diseased());
      }
      text.append(list);
    } else {
      var perSubject = bySubject.stream().mapToInt(Subject::slices).summaryStatistics();
      text.append(
          "%d subjects of %d to %d slices, %d of them healthy on every slice; --subjects lists them%n"
              .formatted(
                  bySubject.size(),
                  perSubject.getMin(),
                  perSubject.getMax(),
                  bySubject.stream().filter(each -> each.diseased() == 0).count()));
    }
    return out == null ? text.toString() : text + "%nDrew %s%n".formatted(out);
  }

  private static void row(Table table, String name, SliceCounts counts) {
    table.row(
        name,
        counts.subjects(),
        counts.slices(),
        counts.healthy(),
        counts.diseased(),
        counts.masked());
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
