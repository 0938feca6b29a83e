package dev.hale.detection.method;

import dev.hale.scan.Preprocessing;
import java.util.function.DoubleConsumer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** Maps the difference between an image and the healthy image that is made of it. */
final class DifferenceMaps implements SliceMethod {
  private final Preprocessing preprocessing;
  private final AbsentChannels absent;
  private final HealthyImages images;
  private final Difference difference;
  private final int[] channels;

  /**
   * A method; writes down what it shows.
   *
   * @throws dev.hale.engine.CheckpointException where the difference needs channels that are absent
   */
  DifferenceMaps(
      Preprocessing preprocessing, HealthyImages images, Difference difference, ModelFolder model) {
    this.preprocessing = preprocessing;
    absent = new AbsentChannels(preprocessing);
    this.images = images;
    this.difference = difference;
    this.channels = difference.channels(preprocessing.channels());
    model.note("difference", JsonNames.of(difference));
  }

  @Override
  public Preprocessing preprocessing() {
    return preprocessing;
  }

  @Override
  public int context() {
    return images.context();
  }

  @Override
  public SliceMaps maps(SliceBatch batch, DoubleConsumer progress) {
    try (NoGradGuard noGrad = new NoGradGuard()) {
      int[] done = {0};
      Tensor made =
          images.healthy(
              batch, (step, image) -> progress.accept((double) ++done[0] / images.steps()));
      Tensor healthy = absent.asInImages(made, batch.images());
      return new SliceMaps(
          difference.maps(batch.images(), healthy, batch.brains(), channels), healthy);
    }
  }
}
