package dev.hale.evaluation;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How far a mean over cases could have come out otherwise: the cases are drawn again with
 * replacement, many times (Efron 1979, percentile interval). A case is a patient; slices of one
 * patient are averaged before, for they are not independent.
 */
public final class Bootstrap {
  /** Number of resamples. */
  public static final int RESAMPLES = 10_000;

  /** Share of the resampled means that the interval holds. */
  public static final double CONFIDENCE = 0.95;

  private Bootstrap() {}

  /**
   * A mean and its 95 % interval.
   *
   * @param mean over the defined cases; NaN where there are none
   * @param lower 2.5th percentile of the resampled means; NaN for fewer than two defined cases, of
   *     which no spread can be learnt
   * @param upper 97.5th percentile; NaN likewise
   * @param cases number of cases with a value
   * @param undefined number of cases left out because theirs is NaN
   */
  public record Interval(double mean, double lower, double upper, int cases, int undefined) {}

  /**
   * The mean of a metric over cases with its interval. For the difference of two methods, pass the
   * differences case by case.
   *
   * @param perCase one value a case; NaN marks an undefined one, left out and counted
   * @param seed the same seed gives the same interval
   */
  public static Interval mean(double[] perCase, long seed) {
    double[] values = Arrays.stream(perCase).filter(value -> !Double.isNaN(value)).toArray();
    int undefined = perCase.length - values.length;
    double mean = Arrays.stream(values).average().orElse(Double.NaN);
    if (values.length < 2) {
      return new Interval(mean, Double.NaN, Double.NaN, values.length, undefined);
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] means = new double[RESAMPLES];
    for (int resample = 0; resample < RESAMPLES; resample++) {
      double sum = 0;
      for (int draw = 0; draw < values.length; draw++) {
        sum += values[random.nextInt(values.length)];
      }
      means[resample] = sum / values.length;
    }
    Arrays.sort(means);
    double tail = (1 - CONFIDENCE) / 2;
    return new Interval(
        mean, Quantile.of(means, tail), Quantile.of(means, 1 - tail), values.length, undefined);
  }

  /**
   * As {@link #mean}, for a statistic that is no mean, such as an area under a curve.
   *
   * @param cases number of cases
   * @param statistic of the cases drawn, given their numbers from 0, some more than once; NaN where
   *     these cases do not define it
   * @param seed the same seed gives the same interval
   * @return the statistic of all cases and its interval over the draws that define it; the interval
   *     is NaN for fewer than two cases
   */
  public static Interval of(int cases, ToDoubleFunction<int[]> statistic, long seed) {
    double value = statistic.applyAsDouble(IntStream.range(0, cases).toArray());
    if (cases < 2 || Double.isNaN(value)) {
      return new Interval(value, Double.NaN, Double.NaN, cases, 0);
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] drawn =
        IntStream.range(0, RESAMPLES)
            .mapToDouble(
                resample ->
                    statistic.applyAsDouble(
                        IntStream.range(0, cases).map(c -> random.nextInt(cases)).toArray()))
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    double tail = (1 - CONFIDENCE) / 2;
    return new Interval(value, Quantile.of(drawn, tail), Quantile.of(drawn, 1 - tail), cases, 0);
  }
}
