package dev.hale.evaluation;

/**
 * The best Dice that any threshold could give a map: an upper bound that looks at the truth, often
 * written ⌈Dice⌉, to be reported apart from what a label-free threshold reaches. One map gives the
 * bound per image; maps {@linkplain Voxels#pool pooled} give that of one threshold for all.
 *
 * @param dice in [0, 1]
 * @param threshold a threshold that reaches it, marking what is strictly greater; -∞ where all
 *     voxels are marked. Of equally good ones, that which marks least
 */
public record OracleDice(double dice, double threshold) {

  /**
   * Tries every distinct value of the map, by sorting: exact, O(n log n).
   *
   * @param map finite, {@code [n]}
   * @param truth mask, {@code [n]}
   * @param region {@code [n]}, or null for all voxels
   * @throws IllegalArgumentException where lengths differ or a value is not finite
   */
  public static OracleDice of(float[] map, byte[] truth, byte[] region) {
    RankedScores ranked = RankedScores.of(map, truth, region);
    double best = ranked.positives() == 0 ? 1 : 0; // nothing marked
    double threshold = ranked.groups() == 0 ? Double.POSITIVE_INFINITY : ranked.value(0);
    long truePositives = 0;
    long marked = 0;
    for (int group = 0; group < ranked.groups(); group++) {
      truePositives += ranked.positives(group);
      marked += ranked.positives(group) + (long) ranked.negatives(group);
      double dice = 2.0 * truePositives / (marked + ranked.positives());
      if (dice > best) {
        best = dice;
        threshold =
            group + 1 < ranked.groups() ? ranked.value(group + 1) : Double.NEGATIVE_INFINITY;
      }
    }
    return new OracleDice(best, threshold);
  }
}
