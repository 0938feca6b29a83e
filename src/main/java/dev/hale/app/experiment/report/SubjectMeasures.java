package dev.hale.app.experiment.report;

import dev.hale.evaluation.SubjectMetrics;

/**
 * What was measured of one method in one test subject: {@code metrics.json}, beside the files of
 * the detection.
 *
 * @param method its name
 * @param fold which training the method had
 * @param patient whom the subject shows
 * @param seed of what the detection drew, and of the trainings where the experiment has seeds
 * @param seconds that detection takes alone: what it took over from another method counts
 * @param inputSha256 of the scan, the brain and the truth, voxel by voxel
 * @param metrics what came out
 * @param healthyImage how healthy the method's healthy image is; null where it makes none, and
 *     until that is measured
 */
public record SubjectMeasures(
    String method,
    String fold,
    String patient,
    long seed,
    double seconds,
    String inputSha256,
    SubjectMetrics metrics,
    HealthyImageResult healthyImage) {

  /** With what was measured of the healthy image. */
  public SubjectMeasures withHealthyImage(HealthyImageResult measured) {
    return new SubjectMeasures(
        method, fold, patient, seed, seconds, inputSha256, metrics, measured);
  }
}
