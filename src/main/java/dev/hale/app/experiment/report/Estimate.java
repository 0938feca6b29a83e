package dev.hale.app.experiment.report;

import dev.hale.evaluation.Bootstrap;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A mean, and how far it could have come out otherwise.
 *
 * @param value NaN where there is no case
 * @param lower end of the 95 % bootstrap interval; NaN where there are too few cases for one
 * @param upper end of it
 * @param cases that have a value
 * @param unit what a case is
 * @param spread standard deviation over trainings of what each of them comes to; NaN where there is
 *     one training
 * @param bySeed what each training comes to, in the order of their seeds
 */
public record Estimate(
    double value,
    double lower,
    double upper,
    int cases,
    Unit unit,
    double spread,
    List<Double> bySeed) {
  public Estimate {
    bySeed = List.copyOf(bySeed);
  }

  /** What is drawn again. */
  public enum Unit {
    /** Patients: independent of each other. */
    PATIENTS,
    /** Slices, where there are too few patients: those of one patient are alike. */
    SLICES;

    /** As in a sentence. */
    public String words() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * An estimate over cases, each the mean over trainings.
   *
   * @param bySeed what each training comes to
   */
  static Estimate of(Bootstrap.Interval interval, Unit unit, double[] bySeed) {
    return new Estimate(
        interval.mean(),
        interval.lower(),
        interval.upper(),
        interval.cases(),
        unit,
        deviation(bySeed),
        Arrays.stream(bySeed).boxed().toList());
  }

  /** Of a sample, hence n - 1; NaN for fewer than two. */
  private static double deviation(double[] values) {
    double mean = Arrays.stream(values).average().orElse(Double.NaN);
    double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    return values.length < 2 ? Double.NaN : Math.sqrt(squares / (values.length - 1));
  }

  /** The same without its interval. */
  Estimate bare() {
    return new Estimate(value, Double.NaN, Double.NaN, cases, unit, spread, bySeed);
  }

  /** The number alone; a dash where there is none. */
  String number(int decimals) {
    return number(value, decimals);
  }

  /** The interval, such as {@code 0.12–0.34}; empty where there is none. */
  String interval(int decimals) {
    if (Double.isNaN(lower)) {
      return "";
    }
    String dash = lower < 0 || upper < 0 ? " to " : "–"; // no dash beside a minus
    return number(lower, decimals) + dash + number(upper, decimals);
  }

  /** The spread over trainings, such as {@code ± 0.012}; empty where there is one training. */
  String plusMinus(int decimals) {
    return Double.isNaN(spread) ? "" : "± " + number(spread, decimals);
  }

  static String number(double value, int decimals) {
    return Double.isNaN(value)
        ? "–"
        : String.format(Locale.ROOT, "%." + decimals + "f", value).replace('-', '−');
  }
}
