package dev.hale.evaluation;

/**
 * How healthy and how faithful a healthy image is, that is to say the image that a patient without
 * the disease might have had. Intensities are those that a model sees, in [-1, 1]; brain voxels
 * count. NaN is what there is nothing to measure with: no twin, no lesion, no FLAIR or T2. {@link
 * HealthyImageMeasure} measures.
 *
 * @param residualContrast what is left of the lesion: Σ (image − twin) / Σ (input − twin) over the
 *     voxels of lesions in FLAIR and T2, those of them that there are; 1 where nothing has
 *     happened, 0 as in the twin, below 0 where lesions have become darker than healthy tissue
 * @param lesionRmse root mean square of image − twin over lesions, all channels
 * @param outsideRmse the same outside lesions and a rim of {@value HealthyImageMeasure#RIM} mm.
 *     What a lesion displaces is part of it
 * @param lesionSsim mean structural similarity to the twin over lesions, all channels
 * @param outsideSsim the same outside lesions and the rim
 * @param outsideChange root mean square of image − input outside lesions and the rim, all channels;
 *     in all of the brain where there is no lesion
 * @param unmarkedChange root mean square of image − input where the method marks nothing
 * @param mirrorContrast mean over lesions minus mean over their mirror image in the other half of
 *     the brain, in FLAIR and T2, voxels of which both are brain and the other is no lesion
 * @param healthySlices slices without lesion that count, see {@link SubjectMetrics#LEAST_BRAIN}
 * @param unchangedSlices those of them of which every brain voxel has the bits of the input
 */
public record HealthyImageMetrics(
    double residualContrast,
    double lesionRmse,
    double outsideRmse,
    double lesionSsim,
    double outsideSsim,
    double outsideChange,
    double unmarkedChange,
    double mirrorContrast,
    int healthySlices,
    int unchangedSlices) {

  /** Share of the healthy slices that is as it was; NaN where there are none. */
  public double unchangedShare() {
    return healthySlices == 0 ? Double.NaN : (double) unchangedSlices / healthySlices;
  }
}
