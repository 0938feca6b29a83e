package dev.hale.app.recipe;

import dev.hale.data.prepared.Balance;
import dev.hale.engine.Precision;
import dev.hale.model.UNetConfig;
import dev.hale.scan.Preprocessing;
import dev.hale.training.RateSchedule;
import dev.hale.training.TimestepSampling;
import dev.hale.training.TrainingSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a configuration says of the segmenter, which learns what another method marks.
 *
 * @param network layout of its U-Net
 * @param context how many slices below and above each it sees as well, at least 0
 * @param teacher the method whose masks of diseased slices it learns from; calibrated in the same
 *     model folder
 * @param initial the file of a network of this layout whose weights the training begins with; where
 *     empty, weights are drawn
 * @param training how it is trained
 */
public record SegmenterPlan(
    BackboneSettings network,
    int context,
    String teacher,
    Optional<Path> initial,
    TrainingSettings training)
    implements TrainingPlan {
  /** What a configuration that is silent gets. */
  public static final SegmenterPlan DEFAULT =
      new SegmenterPlan(
          new BackboneSettings(32, 1, List.of(1.0, 1.0, 2.0), List.of(), 1, 0, true, false, 0),
          0,
          "combined-fusion",
          Optional.empty(),
          new TrainingSettings(
              2000,
              16,
              8,
              1e-3,
              0.01,
              100,
              RateSchedule.COSINE,
              List.of(0.995),
              1,
              TimestepSampling.UNIFORM,
              0,
              0,
              1000,
              Balance.LABELS,
              Precision.FLOAT32,
              200,
              200,
              1));

  public SegmenterPlan {
    BackboneSettings.requireContext(context);
    training
        .noiseSetting()
        .ifPresent(
            setting -> {
              throw new IllegalArgumentException(
                  "training.%s: the network sees images without noise".formatted(setting));
            });
  }

  /** The same with another seed for the training. */
  SegmenterPlan withSeed(long seed) {
    return new SegmenterPlan(network, context, teacher, initial, training.withSeed(seed));
  }

  /** The layout for images; the first channel of its output is the mask's logit. */
  public UNetConfig network(Preprocessing images) {
    return new UNetConfig(network.backbone(images, context), 0, false);
  }
}
