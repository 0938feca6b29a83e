package dev.hale.app.experiment;

/**
 * A critic that no method uses, asked whether healthy images are healthy: one that a method had
 * used would be deceived by its own work.
 */
public interface Judge extends ImageScorer {
  /** Above it a slice is called diseased; chosen from image labels alone. */
  double threshold();
}
