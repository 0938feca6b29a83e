package dev.hale.data.prepared;

import dev.hale.scan.DataException;

/**
 * What a training step sees. Arrays are shared, not copied. S is the image size, C the number of
 * channels.
 *
 * @param step which one, from 0
 * @param size number of images
 * @param images {@code [size, C, S, S]}, last dimension fastest, in [-1, 1], background -1
 * @param labels one an image, 0 healthy or 1 diseased
 */
public record Batch(long step, int size, float[] images, int[] labels) {
  public Batch {
    if (size < 1 || labels.length != size || images.length % size != 0) {
      throw new DataException(
          "a batch of %d images has %d labels and %d values"
              .formatted(size, labels.length, images.length));
    }
  }
}
