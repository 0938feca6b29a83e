package dev.hale.cli;

import dev.hale.data.layout.Skipped;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.experiment.DataSettings;
import dev.hale.experiment.Preparation;
import dev.hale.experiment.PreparationPlan;
import dev.hale.experiment.TrainingData;
import java.util.List;

/** Opens a configuration's prepared set, preparing it first where it is missing. */
final class PreparedData {
  private PreparedData() {}

  static PreparedSet open(DataSettings data, Output output) {
    if (!TrainingData.isPrepared(data)) {
      output.note("%s is missing and is prepared first".formatted(data.set()));
      PreparationPlan plan = PreparationPlan.of(data.preparation());
      try (Progress progress = output.progress("Preparing", plan.items().size(), "subjects")) {
        List<Skipped> skipped =
            Preparation.run(data.preparation(), plan, data.set(), done -> progress.advance(1));
        skipped.forEach(
            left -> output.note("left out %s: %s".formatted(left.what(), left.reason())));
      }
    }
    return TrainingData.open(data);
  }
}
