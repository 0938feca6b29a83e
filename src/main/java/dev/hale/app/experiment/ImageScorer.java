package dev.hale.app.experiment;

/** A critic, asked how diseased images are; one that owns memory, hence to be closed. */
public interface ImageScorer extends AutoCloseable {
  /**
   * What it says.
   *
   * @param images {@code [n][(c * S + j) * S + i]} in [-1, 1], prepared as the fold's data are
   * @return one an image, the higher the more diseased
   */
  float[] logits(float[][] images);

  @Override
  void close();
}
