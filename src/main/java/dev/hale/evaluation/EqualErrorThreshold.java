package dev.hale.evaluation;

/**
 * The threshold of a score at which diseased and healthy images are mistaken equally often: that
 * with the least difference of sensitivity and specificity, and of equal ones with the larger sum.
 * Where scores tell little, it favours neither label. It lies midway between two scores.
 *
 * @param threshold above it an image is called diseased
 * @param sensitivity share of the diseased images above it
 * @param specificity share of the healthy images not above it
 */
public record EqualErrorThreshold(double threshold, double sensitivity, double specificity) {

  /**
   * Chooses.
   *
   * @param scores finite, one an image
   * @param labels positive where not 0
   * @throws IllegalArgumentException where lengths differ, a score is not finite, or there are no
   *     positives or no negatives
   */
  public static EqualErrorThreshold of(float[] scores, byte[] labels) {
    RankedScores ranked = RankedScores.of(scores, labels, null);
    long positives = ranked.positives();
    long negatives = ranked.negatives();
    if (positives == 0 || negatives == 0) {
      throw new IllegalArgumentException(
          "%d diseased and %d healthy images, expected some of both"
              .formatted(positives, negatives));
    }
    EqualErrorThreshold best = null;
    long least = Long.MAX_VALUE;
    long most = Long.MIN_VALUE;
    long found = 0;
    long alarms = 0;
    for (int group = 0; group < ranked.groups(); group++) {
      found += ranked.positives(group);
      alarms += ranked.negatives(group);
      int below = Math.min(group + 1, ranked.groups() - 1);
      // Whole numbers, so that ties are ties: both shares times all positives and all negatives.
      long sensitivity = found * negatives;
      long specificity = (negatives - alarms) * positives;
      long difference = Math.abs(sensitivity - specificity);
      if (difference < least || (difference == least && sensitivity + specificity > most)) {
        least = difference;
        most = sensitivity + specificity;
        best =
            new EqualErrorThreshold(
                ((double) ranked.value(group) + ranked.value(below)) / 2,
                (double) found / positives,
                1 - (double) alarms / negatives);
      }
    }
    return best;
  }
}
