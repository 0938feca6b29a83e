package dev.hale.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * The threshold of a score that tells diseased from healthy images best: the largest sum of
 * sensitivity and specificity (Youden, Cancer 1950). It lies midway between two scores.
 *
 * @param threshold above it an image is called diseased
 * @param sensitivity share of the diseased images above it
 * @param specificity share of the healthy images not above it
 */
public record YoudenThreshold(double threshold, double sensitivity, double specificity) {

  /**
   * Chooses.
   *
   * @param scores finite, one an image
   * @param labels positive where not 0
   * @return of equally good ones the one in the middle
   * @throws IllegalArgumentException where lengths differ, a score is not finite, or there are no
   *     positives or no negatives
   */
  public static YoudenThreshold of(float[] scores, byte[] labels) {
    RankedScores ranked = RankedScores.of(scores, labels, null);
    long positives = ranked.positives();
    long negatives = ranked.negatives();
    if (positives == 0 || negatives == 0) {
      throw new IllegalArgumentException(
          "%d diseased and %d healthy images, expected some of both"
              .formatted(positives, negatives));
    }
    List<YoudenThreshold> best = new ArrayList<>();
    long most = Long.MIN_VALUE;
    long found = 0;
    long alarms = 0;
    for (int group = 0; group < ranked.groups(); group++) {
      found += ranked.positives(group);
      alarms += ranked.negatives(group);
      int below = Math.min(group + 1, ranked.groups() - 1);
      double cut = ((double) ranked.value(group) + ranked.value(below)) / 2;
      long sum = found * negatives - alarms * positives; // whole numbers: ties are ties
      if (sum > most) {
        best.clear();
        most = sum;
      }
      if (sum == most) {
        best.add(
            new YoudenThreshold(cut, (double) found / positives, 1 - (double) alarms / negatives));
      }
    }
    return best.get(best.size() / 2);
  }
}
