package dev.hale.training;

import java.util.SplittableRandom;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Model images with image-level labels, and batches of them drawn at random by seed.
 *
 * @param images {@code [n, C, S, S]} float32 in [-1, 1]
 * @param labels 0 healthy, 1 diseased, one an image
 */
public record TrainingImages(Tensor images, int[] labels) {
  public TrainingImages {
    if (labels.length == 0 || images.size(0) != labels.length) {
      throw new TrainingException(
          "%d images but %d labels".formatted(images.size(0), labels.length));
    }
  }

  /** Images and labels ({@code [N]} int64) of one step. */
  public record Batch(Tensor images, Tensor labels) {}

  /** Number of diseased images. */
  public int diseased() {
    int count = 0;
    for (int label : labels) {
      count += label;
    }
    return count;
  }

  /** Draws a batch, each image mirrored left to right with probability one half. */
  public Batch draw(int size, SplittableRandom random) {
    long[] index = new long[size];
    long[] drawnLabels = new long[size];
    float[] mirrored = new float[size];
    for (int i = 0; i < size; i++) {
      int chosen = random.nextInt(labels.length);
      index[i] = chosen;
      drawnLabels[i] = labels[chosen];
      mirrored[i] = random.nextBoolean() ? 1 : 0;
    }
    Tensor drawn = images.index_select(0, torch.tensor(index));
    Tensor mirror = torch.tensor(mirrored).reshape(-1, 1, 1, 1).gt(new Scalar(0.5));
    return new Batch(torch.where(mirror, drawn.flip(3), drawn), torch.tensor(drawnLabels));
  }
}
