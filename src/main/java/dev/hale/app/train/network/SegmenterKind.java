package dev.hale.app.train.network;

import dev.hale.app.recipe.SegmenterPlan;
import dev.hale.app.recipe.TrainingConfig;
import dev.hale.app.train.PseudoLabels;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.DetectorOptions;
import dev.hale.training.SegmenterTask;
import dev.hale.training.Task;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Marks what another method marks, in one call. */
public final class SegmenterKind implements NetworkKind {
  @Override
  public String title() {
    return "segmenter";
  }

  @Override
  public String section() {
    return "segmenter";
  }

  @Override
  public String header() {
    return "train a segmenter on what another method marks";
  }

  @Override
  public String description() {
    return "Lets the method segmenter.teacher, calibrated in the same folder, mark the diseased"
        + " slices of the training and validation split, and trains a U-Net to mark the same, and"
        + " nothing in healthy slices. No lesion mask is read. The marks are kept in"
        + " DIR/pseudo-labels; those weights that follow them best on validation slices are in"
        + " DIR/segmenter/best.safetensors.";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "hale calibrate configs/lgg.yaml --model model --method combined-fusion",
        "hale train segmenter configs/lgg.yaml --out model",
        "hale calibrate configs/lgg.yaml --model model --method combined-segmenter");
  }

  @Override
  public SegmenterPlan plan(TrainingConfig config) {
    return config.segmenter().orElseThrow(() -> TrainingConfig.lacks(section()));
  }

  @Override
  public Task task(TrainingConfig config) {
    SegmenterPlan plan = plan(config);
    return SegmenterTask.of(plan.network(config.images()), plan.training());
  }

  @Override
  public Optional<String> teacher(TrainingConfig config) {
    return Optional.of(plan(config).teacher());
  }

  @Override
  public PreparedSet lessons(
      TrainingConfig config,
      PreparedSet set,
      Path model,
      DetectorOptions options,
      DetectionProgress progress) {
    SegmenterPlan plan = plan(config);
    return PseudoLabels.of(
        set, model, plan.teacher(), options.withPrecision(plan.training().precision()), progress);
  }
}
