package dev.hale.app.experiment;

import dev.hale.app.experiment.report.ResultFiles;
import dev.hale.app.recipe.CalibrationSettings;
import dev.hale.app.train.Calibration;
import dev.hale.app.train.SetImages;
import dev.hale.app.train.network.JudgeKind;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.detection.SliceImages;
import dev.hale.detection.method.CriticAttribution;
import dev.hale.engine.Device;
import dev.hale.evaluation.EqualErrorThreshold;
import dev.hale.scan.DataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A trained critic as judge. Its threshold mistakes diseased and healthy slices equally often in
 * the split that methods are calibrated on, healthy ones of like height as diseased ones; {@code
 * judge.json} beside the network says how often.
 */
final class CriticJudge implements Judge {
  private final CriticAttribution critic;
  private final double threshold;

  /**
   * What {@code judge.json} says.
   *
   * @param threshold of the logit and how well it does
   * @param diseased slices that it was chosen on
   * @param healthy slices that it was chosen on
   */
  private record Chosen(EqualErrorThreshold threshold, int diseased, int healthy) {}

  /**
   * Opens {@code judge.safetensors} in a folder and chooses the threshold.
   *
   * @param set with slices of both labels in the split that calibration uses
   * @throws DataException where it has none, or the critic saw other images
   */
  CriticJudge(Path folder, PreparedSet set, CalibrationSettings calibration, Device device) {
    critic =
        new CriticAttribution(
            folder.resolve(JudgeKind.TITLE + ".safetensors"),
            CriticAttribution.Settings.DEFAULT.on(device));
    try {
      if (!set.preprocessing().equals(critic.preprocessing())) {
        throw new DataException(
            "%s was prepared otherwise than the judge's training images: %s, the judge's were %s"
                .formatted(set.folder(), set.preprocessing(), critic.preprocessing()));
      }
      Chosen chosen = choose(set, Calibration.labelledRows(set, calibration, set.slices().size()));
      ResultFiles.write(folder.resolve("judge.json"), chosen);
      threshold = chosen.threshold().threshold();
    } catch (RuntimeException | Error e) {
      critic.close();
      throw e;
    }
  }

  private Chosen choose(PreparedSet set, Calibration.Rows rows) {
    List<Integer> all = new ArrayList<>(rows.healthy());
    all.addAll(rows.diseased());
    byte[] labels = new byte[all.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) (i < rows.healthy().size() ? 0 : 1);
    }
    return new Chosen(
        EqualErrorThreshold.of(
            logits(SetImages.withNeighbours(set, all, critic.context())), labels),
        rows.diseased().size(),
        rows.healthy().size());
  }

  @Override
  public double threshold() {
    return threshold;
  }

  @Override
  public int context() {
    return critic.context();
  }

  @Override
  public float[] logits(SliceImages slices) {
    return critic.logits(slices);
  }

  @Override
  public void close() {
    critic.close();
  }
}
