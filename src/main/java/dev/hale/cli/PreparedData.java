package dev.hale.cli;

import dev.hale.app.prepare.Preparation;
import dev.hale.app.prepare.PreparationPlan;
import dev.hale.app.recipe.DataSettings;
import dev.hale.app.train.TrainingData;
import dev.hale.data.layout.Skipped;
import dev.hale.data.prepared.PreparedSet;
import java.nio.file.Path;
import java.util.List;

/** Opens a configuration's prepared set, preparing it first where it is missing. */
final class PreparedData {
  private PreparedData() {}

  static PreparedSet open(DataSettings data, Output output) {
    if (TrainingData.isPrepared(data)) {
      PreparedSet set = TrainingData.open(data);
      int odd = set.warnings().size();
      if (odd > 0) {
        output.note(
            "%s was prepared with %d %s about masks; hale data show %s lists them"
                .formatted(set.folder(), odd, odd == 1 ? "warning" : "warnings", set.folder()));
      }
      return set;
    }
    output.note("%s is missing and is prepared first".formatted(data.set()));
    PreparationPlan plan = PreparationPlan.of(data.preparation());
    output.warn(plan.warnings().stream());
    try (Progress progress = output.progress("Preparing", plan.items().size(), "subjects")) {
      List<Skipped> skipped =
          Preparation.run(data.preparation(), plan, data.set(), done -> progress.advance(1));
      for (Skipped left : skipped) {
        String line = "left out %s: %s".formatted(left.what(), left.reason());
        if (left.failed()) {
          output.warn(line);
        } else {
          output.note(line);
        }
      }
    }
    warnings(data.set(), plan, output);
    return TrainingData.open(data);
  }

  /**
   * Prints a new set's warnings that its plan did not have yet.
   *
   * @return all of them
   */
  static List<String> warnings(Path folder, PreparationPlan plan, Output output) {
    try (PreparedSet set = PreparedSet.open(folder)) {
      output.warn(set.warnings().stream().filter(line -> !plan.warnings().contains(line)));
      return set.warnings();
    }
  }
}
