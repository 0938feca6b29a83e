package dev.hale.app.experiment;

/**
 * A critic that no method uses, asked whether healthy images are healthy: one that a method had
 * used would be deceived by its own work.
 */
public interface Judge extends AutoCloseable {
  /** Above it a slice is called diseased; chosen from image labels alone. */
  double threshold();

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
