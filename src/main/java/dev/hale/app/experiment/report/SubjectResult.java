package dev.hale.app.experiment.report;

import dev.hale.detection.result.DetectionRecord;
import dev.hale.evaluation.SubjectMetrics;
import java.util.Map;

/**
 * What one method found in one test subject, and how well.
 *
 * @param method its name
 * @param fold which training the method had
 * @param subject name of the scan
 * @param patient whom it shows
 * @param seed of what the detection drew, and of the trainings where the experiment has seeds
 * @param threshold that cut the mask, set without looking at any mask
 * @param thresholdName how it was chosen
 * @param imageScore of the whole scan, comparable within one method and fold
 * @param seconds that detection takes alone: what it took over from another method counts
 * @param inputSha256 of the scan, the brain and the truth, voxel by voxel
 * @param provenance what the method says about itself
 * @param metrics what came out
 * @param healthyImage how healthy the method's healthy image is; null where it makes none, and
 *     until that is measured
 */
public record SubjectResult(
    String method,
    String fold,
    String subject,
    String patient,
    long seed,
    double threshold,
    String thresholdName,
    double imageScore,
    double seconds,
    String inputSha256,
    Map<String, String> provenance,
    SubjectMetrics metrics,
    HealthyImageResult healthyImage) {

  /** Puts together what detection and measurement left. */
  public static SubjectResult of(DetectionRecord found, SubjectMeasures measured) {
    return new SubjectResult(
        measured.method(),
        measured.fold(),
        found.name(),
        measured.patient(),
        measured.seed(),
        found.threshold(),
        found.thresholdName(),
        found.imageScore(),
        measured.seconds(),
        measured.inputSha256(),
        found.provenance(),
        measured.metrics(),
        measured.healthyImage());
  }

  /** Without the histogram of scores, which is large. */
  public SubjectResult withoutHistogram() {
    return new SubjectResult(
        method,
        fold,
        subject,
        patient,
        seed,
        threshold,
        thresholdName,
        imageScore,
        seconds,
        inputSha256,
        provenance,
        metrics.withoutHistogram(),
        healthyImage);
  }
}
