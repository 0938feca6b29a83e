package dev.hale.data.layout;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Who is healthy by {@code participants.tsv}, in which a BIDS data set tells of its people. */
final class Participants {
  private static final String FILE = "participants.tsv";

  private static final List<String> COLUMNS =
      List.of("group", "diagnosis", "dx", "diagnosis_group", "participant_group", "patient_group");

  private static final Set<String> HEALTHY =
      Set.of(
          "control",
          "controls",
          "ctrl",
          "con",
          "hc",
          "hv",
          "nc",
          "cn",
          "healthy",
          "healthy control",
          "healthy controls",
          "healthy_control",
          "healthy-control",
          "healthy volunteer",
          "normal",
          "normal control");

  private Participants() {}

  /**
   * The controls of a data set.
   *
   * @return as in the names of their folders, {@code sub-01}; none where no table tells groups
   */
  static Set<String> controls(Path root) {
    Path file = root.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      return Set.of();
    }
    return TextTable.read(file).rows().stream()
        .filter(row -> COLUMNS.stream().anyMatch(column -> isHealthy(row.field(column))))
        .map(row -> row.field("participant_id"))
        .map(name -> name.startsWith("sub-") ? name : "sub-" + name)
        .collect(Collectors.toSet());
  }

  private static boolean isHealthy(String group) {
    return HEALTHY.contains(group.toLowerCase(Locale.ROOT));
  }
}
