package dev.hale.training;

import java.util.SplittableRandom;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
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
    return draw(size, random, source -> source.nextInt(labels.length));
  }

  /** Like {@link #draw}, but healthy and diseased images with probability one half each. */
  public Batch drawBalanced(int size, SplittableRandom random) {
    int[] healthy = IntStream.range(0, labels.length).filter(i -> labels[i] == 0).toArray();
    int[] diseased = IntStream.range(0, labels.length).filter(i -> labels[i] == 1).toArray();
    if (healthy.length == 0 || diseased.length == 0) {
      throw new TrainingException(
          "a classifier needs both classes: %d healthy and %d diseased images"
              .formatted(healthy.length, diseased.length));
    }
    return draw(
        size,
        random,
        source -> {
          int[] chosen = source.nextBoolean() ? healthy : diseased;
          return chosen[source.nextInt(chosen.length)];
        });
  }

  private Batch draw(int size, SplittableRandom random, ToIntFunction<SplittableRandom> choose) {
    long[] index = new long[size];
    long[] drawnLabels = new long[size];
    float[] mirrored = new float[size];
    for (int i = 0; i < size; i++) {
      int chosen = choose.applyAsInt(random);
      index[i] = chosen;
      drawnLabels[i] = labels[chosen];
      mirrored[i] = random.nextBoolean() ? 1 : 0;
    }
    Tensor drawn = images.index_select(0, torch.tensor(index));
    Tensor mirror = torch.tensor(mirrored).reshape(-1, 1, 1, 1).gt(new Scalar(0.5));
    return new Batch(torch.where(mirror, drawn.flip(3), drawn), torch.tensor(drawnLabels));
  }
}
