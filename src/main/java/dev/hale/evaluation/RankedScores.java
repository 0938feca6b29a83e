package dev.hale.evaluation;

import java.util.Arrays;

/**
 * Scores sorted from high to low with equal ones in one group, and how many positives and negatives
 * each group holds. The ROC curve, the precision-recall curve and the best Dice are each one walk
 * down these groups, and ties come out right in all three.
 */
final class RankedScores {
  private final float[] values;
  private final int[] positives;
  private final int[] negatives;
  private final long totalPositives;
  private final long totalNegatives;

  private RankedScores(float[] values, int[] positives, int[] negatives) {
    this.values = values;
    this.positives = positives;
    this.negatives = negatives;
    this.totalPositives = Arrays.stream(positives).asLongStream().sum();
    this.totalNegatives = Arrays.stream(negatives).asLongStream().sum();
  }

  static RankedScores of(float[] scores, byte[] labels, byte[] region) {
    Voxels.sameLength("labels", labels.length, "scores", scores.length);
    long[] keys = new long[Voxels.count(scores.length, region)];
    int next = 0;
    for (int v = 0; v < scores.length; v++) {
      if (Voxels.contains(region, v)) {
        if (!Float.isFinite(scores[v])) {
          throw new IllegalArgumentException(
              "score %d is %s, must be finite".formatted(v, scores[v]));
        }
        keys[next++] = ((long) orderedBits(scores[v]) << 32) | (labels[v] != 0 ? 1 : 0);
      }
    }
    Arrays.parallelSort(keys);
    int groups = 0;
    for (int k = 0; k < keys.length; k++) {
      if (k == 0 || keys[k] >> 32 != keys[k - 1] >> 32) {
        groups++;
      }
    }
    float[] values = new float[groups];
    int[] positives = new int[groups];
    int[] negatives = new int[groups];
    int group = -1;
    for (int k = keys.length - 1; k >= 0; k--) {
      float value = fromOrderedBits((int) (keys[k] >> 32));
      if (group < 0 || value != values[group]) {
        values[++group] = value;
      }
      if ((keys[k] & 1) != 0) {
        positives[group]++;
      } else {
        negatives[group]++;
      }
    }
    return new RankedScores(values, positives, negatives);
  }

  /** Number of distinct scores. */
  int groups() {
    return values.length;
  }

  /** The score of a group; groups run from the highest score to the lowest. */
  float value(int group) {
    return values[group];
  }

  int positives(int group) {
    return positives[group];
  }

  int negatives(int group) {
    return negatives[group];
  }

  long positives() {
    return totalPositives;
  }

  long negatives() {
    return totalNegatives;
  }

  /** An int that orders as the float does; both zeros give the same. */
  static int orderedBits(float value) {
    int bits = Float.floatToRawIntBits(value + 0f);
    return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }

  private static float fromOrderedBits(int ordered) {
    return Float.intBitsToFloat(ordered ^ ((ordered >> 31) & Integer.MAX_VALUE));
  }
}
