package dev.hale.training;

import dev.hale.data.PreparedScan;
import dev.hale.data.SliceMasks;
import dev.hale.engine.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Gathers model images and their image-level labels. A slice without a lesion voxel is healthy; one
 * with lesion on at least {@code minimumLesionPixels} model pixels is diseased; those between are
 * left out, because their label would be a coin toss.
 */
public final class TrainingSetBuilder {
  private final int minimumLesionPixels;
  private final List<float[]> images = new ArrayList<>();
  private final List<Integer> labels = new ArrayList<>();
  private int channels;
  private int size;

  public TrainingSetBuilder(int minimumLesionPixels) {
    this.minimumLesionPixels = minimumLesionPixels;
  }

  /** Adds a subject's slices; masks give nothing but the labels. */
  public void add(PreparedScan prepared, byte[] lesion) {
    SliceMasks masks = prepared.toModel(lesion);
    channels = prepared.scan().channels().size();
    size = prepared.preprocessing().imageSize();
    for (int n = 0; n < prepared.count(); n++) {
      if (!masks.diseased(n)) {
        images.add(prepared.images()[n]);
        labels.add(0);
      } else if (pixels(masks.masks()[n]) >= minimumLesionPixels) {
        images.add(prepared.images()[n]);
        labels.add(1);
      }
    }
  }

  private static int pixels(byte[] mask) {
    int count = 0;
    for (byte b : mask) {
      count += b;
    }
    return count;
  }

  /** All that was added. */
  public TrainingImages build() {
    if (images.isEmpty()) {
      throw new TrainingException("no training images: no slice shows enough brain");
    }
    float[][] rows = images.toArray(new float[0][]);
    Tensor tensor = Tensors.of(rows, 0, rows.length, rows.length, channels, size, size);
    return new TrainingImages(tensor, labels.stream().mapToInt(Integer::intValue).toArray());
  }
}
