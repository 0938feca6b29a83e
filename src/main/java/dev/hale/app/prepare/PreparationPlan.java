package dev.hale.app.prepare;

import dev.hale.app.recipe.PreparationSettings;
import dev.hale.data.layout.DatasetLayout;
import dev.hale.data.layout.Found;
import dev.hale.data.layout.LayoutSearch;
import dev.hale.data.layout.ScanTable;
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
  private final List<Subject> subjects;
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
      List<Subject> subjects,
      List<Skipped> skipped,
      List<String> warnings,
      Map<String, Split> splits) {
    this.subjects = subjects;
    this.skipped = skipped;
    this.warnings = warnings;
    this.splits = splits;
  }

  /** Looks at the source. */
  public static PreparationPlan of(PreparationSettings settings) {
    if (settings.madeUp()) {
      return dealt(madeUp(settings), List.of(), List.of(), settings);
    }
    Path source =
        settings
            .source()
            .orElseThrow(
                () -> new DataException("layout %s needs a folder".formatted(settings.layout())));
    Found found =
        settings.layout().equals("csv")
            ? ScanTable.read(source, settings.wanted())
            : LayoutSearch.find(layout(settings.layout()), source, settings.wanted());
    List<Subject> subjects = new ArrayList<>();
    List<Skipped> skipped = new ArrayList<>(found.skipped());
    List<String> warnings = new ArrayList<>();
    double side = settings.imageSize() * settings.spacing();
    for (SubjectFiles files : found.subjects()) {
      try {
        Optional<Mask> lesion = Subject.OnDisk.lesion(files, side);
        boolean labelled = files.label().orElse(0) == 1;
        boolean diseased = lesion.map(mask -> !mask.isEmpty()).orElse(labelled);
        subjects.add(new Subject.OnDisk(files, diseased, side));
        lesion.ifPresent(
            mask -> {
              warnings.addAll(mask.warnings());
              warnings.addAll(mask.against(files.subject(), files.label()));
            });
      } catch (DataException e) {
        skipped.add(new Skipped(files.subject(), e.getMessage(), true));
      }
    }
    return dealt(subjects, skipped, warnings, settings);
  }

  private static PreparationPlan dealt(
      List<Subject> subjects,
      List<Skipped> skipped,
      List<String> warnings,
      PreparationSettings settings) {
    SplitPlan plan = new SplitPlan(settings.validation(), settings.test(), settings.seed());
    Map<String, Split> dealt =
        plan.deal(SplitPlan.strata(subjects), SplitPlan.given(subjects, settings));
    Map<String, Split> kept =
        settings.trainingPatients().map(most -> plan.keeping(most, dealt)).orElse(dealt);
    List<Subject> taken =
        subjects.stream().filter(subject -> kept.containsKey(subject.patient())).toList();
    return new PreparationPlan(taken, skipped, warnings, kept);
  }

  private static List<Subject> madeUp(PreparationSettings settings) {
    List<Subject> made = new ArrayList<>();
    int kinds = settings.pathologies().size();
    for (int i = 0; i < settings.subjects(); i++) {
      Pathology pathology = settings.pathologies().get(i % kinds);
      made.add(new Subject.MadeUp(pathology, settings.seed() + i, settings.scanner(pathology)));
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
    return subjects.stream()
        .map(
            c ->
                new Item(
                    c.name(),
                    c.patient(),
                    c instanceof Subject.OnDisk files
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

  /** The patients by name, each with its stratum; one diseased scan makes a patient diseased. */
  public Map<String, String> patients() {
    return SplitPlan.strata(subjects);
  }

  public List<Subject> subjects() {
    return subjects;
  }

  public Split split(Subject subject) {
    return splits.get(subject.patient());
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
