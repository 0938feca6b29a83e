package dev.hale.training;

import dev.hale.data.prepared.PreparedSet;
import dev.hale.data.prepared.PreparedSlice;
import dev.hale.data.prepared.Split;
import dev.hale.io.Picture;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Images that a training is judged by, with their image-level labels; lesion masks are never read.
 * S is the image size, C the number of channels.
 *
 * @param channels names of the channels
 * @param imageSize S
 * @param headDown whether the first row of an image lies at its foot, as in slices of a volume
 * @param images each {@code [C, S, S]}, in [-1, 1]
 * @param labels one an image, 0 healthy or 1 diseased
 */
public record ValidationImages(
    List<String> channels, int imageSize, boolean headDown, float[][] images, int[] labels) {
  public ValidationImages {
    channels = List.copyOf(channels);
    if (images.length == 0 || images.length != labels.length) {
      throw new TrainingException(
          "validation: there are %d images and %d labels, expected at least one, and as many"
              .formatted(images.length, labels.length));
    }
  }

  /**
   * Images of a split, evenly spread over its healthy and its diseased slices in proportion.
   *
   * @param most how many, if there are as many
   */
  public static ValidationImages of(PreparedSet set, Split split, int most) {
    return of(set, split, OptionalInt.empty(), most, 0);
  }

  /**
   * Like {@link #of(PreparedSet, Split, int)}, of one label alone where that is given, with so many
   * slices below and above each, as {@link PreparedSet#stack} has them.
   */
  public static ValidationImages of(
      PreparedSet set, Split split, OptionalInt onlyLabel, int most, int context) {
    List<PreparedSlice> slices = set.slices();
    List<Integer> rows =
        IntStream.range(0, slices.size())
            .filter(row -> slices.get(row).split() == split)
            .filter(row -> onlyLabel.isEmpty() || slices.get(row).label() == onlyLabel.getAsInt())
            .boxed()
            .sorted(Comparator.comparingInt(row -> slices.get(row).label()))
            .toList();
    int count = Math.min(most, rows.size());
    int length = set.channels(context) * set.imageSize() * set.imageSize();
    List<float[]> images = new ArrayList<>();
    int[] labels = new int[count];
    for (int n = 0; n < count; n++) {
      int row = rows.get((int) ((long) n * rows.size() / count));
      float[] image = new float[length];
      set.stack(set.planes(row, context), image, 0);
      images.add(image);
      labels[n] = slices.get(row).label();
    }
    return new ValidationImages(
        names(set, context),
        set.imageSize(),
        !slices.stream().allMatch(slice -> Picture.isNamed(slice.source())),
        images.toArray(float[][]::new),
        labels);
  }

  /** Of a slice alone those of the set; else with how many slices above it each lies. */
  private static List<String> names(PreparedSet set, int context) {
    List<String> channels = set.preprocessing().channels();
    List<String> names = new ArrayList<>();
    int own = channels.size() - set.targets();
    for (int offset = -context; offset <= context; offset++) {
      for (String channel : channels.subList(0, own)) {
        names.add(offset == 0 ? channel : "%s %+d".formatted(channel, offset));
      }
    }
    names.addAll(channels.subList(own, channels.size()));
    return names;
  }
}
