package dev.hale.app.experiment.report;

import dev.hale.evaluation.CriticVerdict;
import dev.hale.evaluation.HealthyImageMetrics;

/**
 * How healthy and how faithful a method's healthy image of a subject is, beside what the same
 * measures say of the subject's scan and of its healthy twin.
 *
 * @param image the method's
 * @param scan the subject's scan as it is
 * @param twin the same head without lesion; null where there is none
 */
public record HealthyImageResult(Measured image, Measured scan, Measured twin) {
  /**
   * One of the three.
   *
   * @param metrics what is marked is, for the scan and its twin, the truth
   * @param verdict of a critic that no method uses; null where there is none
   */
  public record Measured(HealthyImageMetrics metrics, CriticVerdict verdict) {}
}
