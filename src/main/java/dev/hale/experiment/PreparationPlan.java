package dev.hale.experiment;

import dev.hale.data.layout.DatasetLayout;
import dev.hale.data.layout.Found;
import dev.hale.data.layout.LayoutSearch;
import dev.hale.data.layout.Manifest;
import dev.hale.data.layout.Skipped;
import dev.hale.data.layout.SubjectFiles;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.prepared.Split;
import dev.hale.scan.DataException;
import dev.hale.scan.Mask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a preparation will take: subjects with their splits, and what it leaves. Of the scans only
 * the lesion masks have been read.
 */
public final class PreparationPlan {
  private final List<Candidate> candidates;
  private final List<Skipped> skipped;
  private final List<String> warnings;
  private final Map<String, Split> splits;

  /**
   * A line of the plan.
   *
   * @param subject name of the scan
   * @param patient whom it shows
   * @param channels that will be read
   * @param diseased whether a mask or label says so
   */
  public record Item(
      String subject, String patient, List<String> channels, boolean diseased, Split split) {}

  private PreparationPlan(
      List<Candidate> candidates,
      List<Skipped> skipped,
      List<String> warnings,
      Map<String, Split> splits) {
    this.candidates = candidates;
    this.skipped = skipped;
    this.warnings = warnings;
    this.splits = splits;
  }

  /** Looks at the source. */
  public static PreparationPlan of(PreparationSettings settings) {
    if (settings.madeUp()) {
      List<Candidate> made = madeUp(settings);
      return new PreparationPlan(made, List.of(), List.of(), deal(made, settings));
    }
    Path source =
        settings
            .source()
            .orElseThrow(
                () -> new DataException("layout %s needs a folder".formatted(settings.layout())));
    Found found =
        settings.layout().equals("csv")
            ? Manifest.read(source, settings.channels())
            : LayoutSearch.find(layout(settings.layout()), source, settings.channels());
    List<Candidate> candidates = new ArrayList<>();
    List<Skipped> skipped = new ArrayList<>(found.skipped());
    List<String> warnings = new ArrayList<>();
    double side = settings.imageSize() * settings.spacing();
    for (SubjectFiles files : found.subjects()) {
      try {
        Optional<Mask> lesion = Candidate.OnDisk.lesion(files, side);
        boolean labelled = files.label().orElse(0) == 1;
        boolean diseased = lesion.map(mask -> !mask.isEmpty()).orElse(labelled);
        candidates.add(new Candidate.OnDisk(files, diseased, side));
        lesion.ifPresent(
            mask -> {
              warnings.addAll(mask.warnings());
              warnings.addAll(mask.against(files.subject(), files.label()));
            });
      } catch (DataException e) {
        skipped.add(new Skipped(files.subject(), e.getMessage(), true));
      }
    }
    return new PreparationPlan(candidates, skipped, warnings, deal(candidates, settings));
  }

  private static Map<String, Split> deal(List<Candidate> candidates, PreparationSettings settings) {
    return new SplitPlan(settings.validation(), settings.test(), settings.seed())
        .deal(SplitPlan.strata(candidates), SplitPlan.given(candidates, settings));
  }

  private static List<Candidate> madeUp(PreparationSettings settings) {
    List<Candidate> made = new ArrayList<>();
    int kinds = settings.pathologies().size();
    for (int i = 0; i < settings.subjects(); i++) {
      Pathology pathology = settings.pathologies().get(i % kinds);
      made.add(new Candidate.MadeUp(pathology, settings.seed() + i, settings.scanner(pathology)));
    }
    return made;
  }

  private static DatasetLayout layout(String name) {
    for (DatasetLayout layout : DatasetLayout.values()) {
      if (written(layout).equals(name)) {
        return layout;
      }
    }
    throw new DataException(
        "there is no layout %s; choose one of %s, csv"
            .formatted(name, String.join(", ", layouts())));
  }

  /** The names of the layouts, without {@code csv}. */
  public static List<String> layouts() {
    return Arrays.stream(DatasetLayout.values()).map(PreparationPlan::written).toList();
  }

  private static String written(DatasetLayout layout) {
    return layout.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The subjects that will be taken. */
  public List<Item> items() {
    return candidates.stream()
        .map(
            c ->
                new Item(
                    c.subject(),
                    c.patient(),
                    c instanceof Candidate.OnDisk files
                        ? List.copyOf(files.files().channels().keySet())
                        : List.of(),
                    !c.stratum().equals("healthy"),
                    splits.get(c.patient())))
        .toList();
  }

  /** What was found and is left. */
  public List<Skipped> skipped() {
    return List.copyOf(skipped);
  }

  /** What is odd about the lesion masks, a line each that begins with the file. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  List<Candidate> candidates() {
    return candidates;
  }

  Split split(Candidate candidate) {
    return splits.get(candidate.patient());
  }

  /** Splits of the patients by name. */
  Map<String, List<String>> patientsBySplit() {
    return splits.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .collect(
            Collectors.groupingBy(
                entry -> entry.getValue().name().toLowerCase(Locale.ROOT),
                TreeMap::new,
                Collectors.mapping(Map.Entry::getKey, Collectors.toList())));
  }
}
