package dev.hale.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How well one method's map finds the lesions of one subject, voxels of the brain counted, per
 * volume and per slice. Dice at a label-free threshold and the oracle's are different fields and
 * never meet; of a subject without lesion, or whose lesions are unknown, all that needs one is NaN.
 *
 * @param dice of the mask at the method's own label-free threshold
 * @param otsuDice at Otsu's threshold of the map, also label-free and the same rule for all methods
 * @param oracleDice the best that any threshold could do; needs the truth
 * @param auroc area under the ROC curve of the voxels
 * @param auprc average precision of the voxels
 * @param lesionCounts lesions matched, missed and made up, 26-connected, IoU &gt; 0.1
 * @param lesionF1 of those counts
 * @param lesionMl volume of the true lesions in millilitres; NaN of a diseased subject whose
 *     lesions are unknown
 * @param falsePositiveMl volume marked outside lesions in millilitres
 * @param healthySlices slices without lesion
 * @param healthySlicesMl volume marked on them, in all, in millilitres
 * @param sliceAuroc how well slice scores tell diseased slices from healthy ones: image-level AUROC
 *     within the subject
 * @param slices those of which the brain covers enough, in order
 * @param lesions what became of each
 * @param histogram scores of the brain's voxels, for curves over several subjects
 */
public record SubjectMetrics(
    double dice,
    double otsuDice,
    double oracleDice,
    double auroc,
    double auprc,
    LesionMatch lesionCounts,
    double lesionF1,
    double lesionMl,
    double falsePositiveMl,
    int healthySlices,
    double healthySlicesMl,
    double sliceAuroc,
    List<SliceMetrics> slices,
    List<LesionOutcome> lesions,
    ScoreHistogram histogram) {
  /** A slice counts where its brain has this share of the largest slice's, or lesion. */
  public static final double LEAST_BRAIN = 0.05;

  /** Whether there is anything to find. */
  public boolean diseased() {
    return lesionMl != 0; // unknown, NaN, is something
  }

  /** Whether any lesion is known voxel by voxel. */
  public boolean hasKnownLesions() {
    return lesionMl > 0;
  }

  /** Without the histogram, which is large. */
  public SubjectMetrics withoutHistogram() {
    return new SubjectMetrics(
        dice,
        otsuDice,
        oracleDice,
        auroc,
        auprc,
        lesionCounts,
        lesionF1,
        lesionMl,
        falsePositiveMl,
        healthySlices,
        healthySlicesMl,
        sliceAuroc,
        slices,
        lesions,
        ScoreHistogram.EMPTY);
  }

  /**
   * Measures one map.
   *
   * @param map finite, {@code [slice][row][column]}
   * @param threshold label-free; what is strictly greater is marked
   * @param truth mask of the same shape
   * @param brain mask of the same shape; what lies outside is not counted at all
   * @throws IllegalArgumentException where lengths differ, or a value is not finite
   */
  public static SubjectMetrics of(
      float[] map, double threshold, byte[] truth, byte[] brain, VolumeShape shape) {
    Voxels.sameLength("map", map.length, "shape", shape.size());
    byte[] mask = Thresholds.above(map, threshold, brain);
    Overlap overlap = Overlap.of(mask, truth, brain);
    boolean diseased = overlap.truePositives() + overlap.falseNegatives() > 0;
    double ml = shape.voxelCubicMillimetres() / 1000;
    List<SliceMetrics> slices = slices(map, mask, truth, brain, shape);
    List<SliceMetrics> healthy = slices.stream().filter(slice -> !slice.diseased()).toList();
    LesionMatch lesions =
        LesionMatch.of(mask, truth, brain, shape.columns(), shape.rows(), shape.slices());
    return new SubjectMetrics(
        diseased ? overlap.dice() : Double.NaN,
        diseased
            ? Overlap.of(Thresholds.above(map, Thresholds.otsu(map, brain), brain), truth, brain)
                .dice()
            : Double.NaN,
        diseased ? OracleDice.of(map, truth, brain).dice() : Double.NaN,
        Ranking.auroc(map, truth, brain),
        Ranking.auprc(map, truth, brain),
        lesions,
        diseased ? lesions.f1() : Double.NaN,
        (overlap.truePositives() + overlap.falseNegatives()) * ml,
        overlap.falsePositives() * ml,
        healthy.size(),
        healthy.stream().mapToDouble(SliceMetrics::falsePositiveMl).sum(),
        sliceAuroc(slices),
        slices,
        LesionOutcome.of(mask, truth, brain, shape),
        ScoreHistogram.of(map, truth, brain));
  }

  /**
   * Measures one map of a diseased image that has no mask: scores its slices and nothing else.
   *
   * @param map finite, {@code [slice][row][column]}
   * @param brain mask of the same shape, or null for all
   */
  public static SubjectMetrics ofDiseased(float[] map, byte[] brain, VolumeShape shape) {
    byte[] none = new byte[map.length];
    List<SliceMetrics> slices =
        slices(map, none, none, brain, shape).stream()
            .map(SliceMetrics::withUnknownLesions)
            .toList();
    return new SubjectMetrics(
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        new LesionMatch(0, 0, 0),
        Double.NaN,
        Double.NaN,
        Double.NaN,
        0,
        0,
        Double.NaN,
        slices,
        List.of(),
        ScoreHistogram.EMPTY);
  }

  /** Image-level AUROC over slices, of one subject or of many; NaN where all have one label. */
  public static double sliceAuroc(List<SliceMetrics> slices) {
    float[] scores = new float[slices.size()];
    byte[] labels = new byte[slices.size()];
    for (int s = 0; s < scores.length; s++) {
      scores[s] = (float) slices.get(s).score();
      labels[s] = (byte) (slices.get(s).diseased() ? 1 : 0);
    }
    return Ranking.auroc(scores, labels);
  }

  private static List<SliceMetrics> slices(
      float[] map, byte[] mask, byte[] truth, byte[] brain, VolumeShape shape) {
    int area = shape.area();
    int[] inside = new int[shape.slices()];
    int[] lesion = new int[shape.slices()];
    for (int v = 0; v < map.length; v++) {
      if (Voxels.contains(brain, v)) {
        inside[v / area]++;
        lesion[v / area] += truth[v] != 0 ? 1 : 0;
      }
    }
    double least = LEAST_BRAIN * IntStream.of(inside).max().orElse(0);
    List<SliceMetrics> slices = new ArrayList<>();
    for (int k = 0; k < shape.slices(); k++) {
      if (inside[k] > 0 && (inside[k] >= least || lesion[k] > 0)) {
        int from = k * area;
        int to = from + area;
        slices.add(
            SliceMetrics.of(
                k,
                Arrays.copyOfRange(map, from, to),
                Arrays.copyOfRange(mask, from, to),
                Arrays.copyOfRange(truth, from, to),
                brain == null ? null : Arrays.copyOfRange(brain, from, to),
                shape.voxelCubicMillimetres()));
      }
    }
    return slices;
  }
}
