package dev.hale.evaluation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** P-values of several comparisons made together, corrected by Holm's step-down (Holm 1979). */
public final class Holm {
  private Holm() {}

  /**
   * Adjusted p-values: to reject where they are at most α keeps the chance of any false rejection
   * at most α.
   *
   * @param pValues each in [0, 1]
   * @return the adjusted ones in the same order, each in [0, 1] and not less than before
   * @throws IllegalArgumentException where one is NaN or out of range
   */
  public static double[] adjust(double[] pValues) {
    for (double p : pValues) {
      if (!(p >= 0 && p <= 1)) {
        throw new IllegalArgumentException("p-value is %s, must be in [0, 1]".formatted(p));
      }
    }
    int[] ascending =
        IntStream.range(0, pValues.length)
            .boxed()
            .sorted(Comparator.comparingDouble(test -> pValues[test]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] adjusted = Arrays.copyOf(pValues, pValues.length);
    double least = 0;
    for (int rank = 0; rank < ascending.length; rank++) {
      int test = ascending[rank];
      least = Math.max(least, Math.min(1, (ascending.length - rank) * pValues[test]));
      adjusted[test] = least;
    }
    return adjusted;
  }
}
