package dev.hale.detection.method;

import dev.hale.scan.Preprocessing;
import java.util.function.DoubleConsumer;

/**
 * How one method maps model images; safe for any number of threads. Its networks are its model
 * folder's, which closes them.
 */
public interface SliceMethod {
  /** What a scan goes through to become the method's images. */
  Preprocessing preprocessing();

  /**
   * Maps a batch.
   *
   * @param progress told the share of the batch that is done, in (0, 1]
   */
  SliceMaps maps(SliceBatch batch, DoubleConsumer progress);

  /**
   * Model images that go through the networks together.
   *
   * @param images {@code [n][(c * S + j) * S + i]} in [-1, 1]
   * @param brains {@code [n][j * S + i]}, 0 or 1
   * @param seeds of what is drawn at random for each image, {@code [n]}
   */
  record SliceBatch(float[][] images, byte[][] brains, long[] seeds) {
    /** How many there are. */
    public int size() {
      return images.length;
    }
  }

  /**
   * What came out.
   *
   * @param maps {@code [n][j * S + i]}, at least 0, and 0 outside the brain
   * @param healthy {@code [n][(c * S + j) * S + i]}; null where the method makes no healthy image
   * @param uncertainty of the healthy image, {@code [n][j * S + i]}, at least 0; null where the
   *     method makes only one
   */
  record SliceMaps(float[][] maps, float[][] healthy, float[][] uncertainty) {
    /** Without uncertainty. */
    public SliceMaps(float[][] maps, float[][] healthy) {
      this(maps, healthy, null);
    }
  }
}
