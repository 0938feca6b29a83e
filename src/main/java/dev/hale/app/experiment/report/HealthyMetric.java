package dev.hale.app.experiment.report;

import dev.hale.app.experiment.report.HealthyImageResult.Measured;
import dev.hale.evaluation.CriticVerdict;
import dev.hale.evaluation.HealthyImageMetrics;
import java.util.function.ToDoubleFunction;

/** What is measured of a healthy image, one number a patient. */
@SuppressWarnings("ImmutableEnumChecker") // the functions keep no state
public enum HealthyMetric {
  /** Against the twin, in FLAIR and T2. */
  RESIDUAL_CONTRAST(
      "residual contrast",
      "of lesions to the twin in FLAIR and T2: 1 as in the scan, 0 as in the twin, negative where"
          + " darker than the twin",
      metrics(HealthyImageMetrics::residualContrast)),
  /** Against the twin, in lesions. */
  LESION_RMSE("RMSE, lesion", "to the twin, in lesions", metrics(HealthyImageMetrics::lesionRmse)),
  /** Against the twin, elsewhere. */
  OUTSIDE_RMSE(
      "RMSE, outside",
      "to the twin, outside lesions and a rim of 6 mm, what the lesion displaces included",
      metrics(HealthyImageMetrics::outsideRmse)),
  /** Against the twin, in lesions. */
  LESION_SSIM("SSIM, lesion", "to the twin, in lesions", metrics(HealthyImageMetrics::lesionSsim)),
  /** Against the twin, elsewhere. */
  OUTSIDE_SSIM(
      "SSIM, outside",
      "to the twin, outside lesions and the rim",
      metrics(HealthyImageMetrics::outsideSsim)),
  /** Against the scan, outside lesions; of subjects with a known lesion. */
  OUTSIDE_CHANGE(
      "change outside lesions",
      "RMSE to the scan outside lesions and the rim, of diseased subjects",
      metrics(HealthyImageMetrics::outsideChange)) {
    @Override
    double of(SubjectResult result, Measured image) {
      return result.metrics().hasKnownLesions() ? super.of(result, image) : Double.NaN;
    }
  },
  /** Against the scan, where the method finds nothing. */
  UNMARKED_CHANGE(
      "change outside the mask",
      "RMSE to the scan where the method marks nothing",
      metrics(HealthyImageMetrics::unmarkedChange)),
  /** Against the other half of the brain. */
  MIRROR_CONTRAST(
      "contrast to the other side",
      "mean of lesions less that of their mirror image in the brain's other half, FLAIR and T2",
      metrics(HealthyImageMetrics::mirrorContrast)),
  /** By the judge. */
  DISEASED_CALLED_HEALTHY(
      "diseased slices called healthy",
      "share of the slices with lesion that a critic calls healthy that no method uses",
      verdict(CriticVerdict::diseasedShare)),
  /** By the judge. */
  HEALTHY_CALLED_HEALTHY(
      "healthy slices called healthy",
      "the same of the slices without lesion",
      verdict(CriticVerdict::healthyShare)),
  /** Against the scan, bit for bit. */
  UNCHANGED_SLICES(
      "healthy slices unchanged",
      "share of the slices without lesion that have the scan's bits",
      metrics(HealthyImageMetrics::unchangedShare));

  /** Decimals worth showing. */
  static final int DECIMALS = 3;

  private final String title;
  private final String explanation;
  private final ToDoubleFunction<Measured> value;

  HealthyMetric(String title, String explanation, ToDoubleFunction<Measured> value) {
    this.title = title;
    this.explanation = explanation;
    this.value = value;
  }

  private static ToDoubleFunction<Measured> metrics(ToDoubleFunction<HealthyImageMetrics> value) {
    return image -> value.applyAsDouble(image.metrics());
  }

  private static ToDoubleFunction<Measured> verdict(ToDoubleFunction<CriticVerdict> value) {
    return image -> image.verdict() == null ? Double.NaN : value.applyAsDouble(image.verdict());
  }

  /** Over a column. */
  public String title() {
    return title;
  }

  /** Below a table. */
  public String explanation() {
    return explanation;
  }

  /** The value of an image of a subject; NaN where it has none. */
  double of(SubjectResult result, Measured image) {
    return value.applyAsDouble(image);
  }
}
