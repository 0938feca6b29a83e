package dev.hale.cli;

import dev.hale.data.prepared.PreparedSet;
import dev.hale.experiment.DataSettings;
import dev.hale.experiment.Preparation;
import dev.hale.experiment.TrainingData;

/** Opens a configuration's prepared set, preparing it first where it is missing. */
final class PreparedData {
  private PreparedData() {}

  static PreparedSet open(DataSettings data, Output output) {
    if (!TrainingData.isPrepared(data)) {
      output.note("%s is missing and is prepared first".formatted(data.set()));
      try (Progress progress =
          output.progress("Preparing", data.preparation().subjects(), "subjects")) {
        Preparation.run(data.preparation(), data.set(), done -> progress.advance(1));
      }
    }
    return TrainingData.open(data);
  }
}
