package dev.hale.app.experiment;

import dev.hale.detection.SliceImages;

/** A critic, asked how diseased images are; one that owns memory, hence to be closed. */
public interface ImageScorer extends AutoCloseable {
  /** How many slices below and above each it sees as well. */
  int context();

  /**
   * What it says.
   *
   * @param slices prepared as the fold's data are, with as many around each as {@link #context}
   *     says
   * @return one an image, the higher the more diseased
   */
  float[] logits(SliceImages slices);

  @Override
  void close();
}
