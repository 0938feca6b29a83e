package dev.hale.evaluation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Whether two methods differ on the same cases (Wilcoxon 1945), two-sided. Asks nothing of the
 * distribution but that the differences are symmetric about their median.
 *
 * @param positiveRanks sum of the ranks of the cases where the first is greater
 * @param negativeRanks sum of the ranks of the cases where the second is greater
 * @param pValue in [0, 1]; 1 where no two values differ
 * @param cases number of cases that differ; equal ones are dropped as Wilcoxon did
 * @param exact whether the p-value comes from all 2ⁿ signs or from the normal approximation
 */
public record WilcoxonSignedRank(
    double positiveRanks, double negativeRanks, double pValue, int cases, boolean exact) {
  /** The most cases for which the exact distribution is used, given no ties. */
  public static final int MOST_EXACT = 25;

  /**
   * Tests paired values. Exact for up to {@value #MOST_EXACT} differing cases with no two equal
   * absolute differences; otherwise by the normal approximation with correction for ties and for
   * continuity.
   *
   * @param first one finite value a case
   * @param second that of the other method for the same case
   * @throws IllegalArgumentException where lengths differ or a value is not finite
   */
  public static WilcoxonSignedRank test(double[] first, double[] second) {
    Voxels.sameLength("first", first.length, "second", second.length);
    for (int c = 0; c < first.length; c++) {
      if (!Double.isFinite(first[c]) || !Double.isFinite(second[c])) {
        throw new IllegalArgumentException(
            "case %d has %s and %s, both must be finite".formatted(c, first[c], second[c]));
      }
    }
    double[] differences =
        IntStream.range(0, first.length)
            .mapToDouble(c -> first[c] - second[c])
            .filter(difference -> difference != 0)
            .boxed()
            .sorted(Comparator.comparingDouble(Math::abs))
            .mapToDouble(Double::doubleValue)
            .toArray();
    int n = differences.length;
    double positive = 0;
    double tieTerm = 0; // Σ t³ - t over groups of t equal absolute differences
    for (int start = 0; start < n; ) {
      int end = start + 1;
      while (end < n && Math.abs(differences[end]) == Math.abs(differences[start])) {
        end++;
      }
      double midrank = (start + 1 + end) / 2.0;
      for (int c = start; c < end; c++) {
        positive += differences[c] > 0 ? midrank : 0;
      }
      double ties = end - start;
      tieTerm += ties * ties * ties - ties;
      start = end;
    }
    double negative = n * (n + 1) / 2.0 - positive;
    boolean exact = n <= MOST_EXACT && tieTerm == 0;
    double smaller = Math.min(positive, negative);
    double pValue = exact ? exactTail((int) smaller, n) : normalTail(smaller, n, tieTerm);
    return new WilcoxonSignedRank(positive, negative, Math.min(1, 2 * pValue), n, exact);
  }

  /** P(W ≤ statistic) when each of the ranks 1..n is positive with a chance of one half. */
  private static double exactTail(int statistic, int n) {
    double[] ways = new double[n * (n + 1) / 2 + 1];
    ways[0] = 1;
    for (int rank = 1; rank <= n; rank++) {
      for (int sum = rank * (rank + 1) / 2; sum >= rank; sum--) {
        ways[sum] += ways[sum - rank];
      }
    }
    return Arrays.stream(ways, 0, statistic + 1).sum() / Math.scalb(1.0, n);
  }

  /** The same by the normal approximation; the half moves the statistic towards its mean. */
  private static double normalTail(double smaller, int n, double tieTerm) {
    double mean = n * (n + 1.0) / 4;
    double variance = n * (n + 1.0) * (2 * n + 1) / 24 - tieTerm / 48;
    return upperTail(Math.max(mean - smaller - 0.5, 0) / Math.sqrt(variance));
  }

  /**
   * Standard normal P(Z > z) for z ≥ 0: near 0 by the series of Marsaglia (2004), whose terms are
   * all positive, farther out by Laplace's continued fraction for the Mills ratio.
   */
  static double upperTail(double z) {
    double density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
    if (z < 3) {
      double term = z;
      double sum = z;
      for (int odd = 3; term > 1e-17 * sum; odd += 2) {
        term *= z * z / odd;
        sum += term;
      }
      return 0.5 - density * sum;
    }
    double fraction = z;
    for (int level = 100; level >= 1; level--) {
      fraction = z + level / fraction;
    }
    return density / fraction;
  }
}
