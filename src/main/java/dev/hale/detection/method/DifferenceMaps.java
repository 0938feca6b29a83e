package dev.hale.detection.method;

import dev.hale.engine.Device;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.scan.Preprocessing;
import java.util.function.DoubleConsumer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Maps the difference between an image and the healthy image that is made of it. */
final class DifferenceMaps implements SliceMethod {
  private final Preprocessing preprocessing;
  private final HealthyImages images;
  private final Difference difference;
  private final int[] channels;
  private final Device device;

  /**
   * A method; writes down what it shows.
   *
   * @throws dev.hale.engine.CheckpointException where the difference needs channels that are absent
   */
  DifferenceMaps(
      Preprocessing preprocessing, HealthyImages images, Difference difference, ModelFolder model) {
    this.preprocessing = preprocessing;
    this.images = images;
    this.difference = difference;
    this.channels = difference.channels(preprocessing.channels());
    this.device = model.options().device();
    model.note("difference", JsonNames.of(difference));
  }

  @Override
  public Preprocessing preprocessing() {
    return preprocessing;
  }

  @Override
  public SliceMaps maps(SliceBatch batch, DoubleConsumer progress) {
    float[] values = healthyImages(batch, progress);
    int length = values.length / batch.size();
    float[][] healthy = new float[batch.size()][length];
    float[][] maps = new float[batch.size()][];
    for (int n = 0; n < batch.size(); n++) {
      System.arraycopy(values, n * length, healthy[n], 0, length);
      maps[n] = difference.map(batch.images()[n], healthy[n], batch.brains()[n], channels);
    }
    return new SliceMaps(maps, healthy);
  }

  private float[] healthyImages(SliceBatch batch, DoubleConsumer progress) {
    int size = preprocessing.imageSize();
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor x =
          Tensors.of(
                  batch.images(),
                  0,
                  batch.size(),
                  batch.size(),
                  preprocessing.channels().size(),
                  size,
                  size)
              .to(device.torch(), ScalarType.Float);
      int[] done = {0};
      return Tensors.values(
          images.healthy(
              x, batch, (step, image) -> progress.accept((double) ++done[0] / images.steps())));
    }
  }
}
