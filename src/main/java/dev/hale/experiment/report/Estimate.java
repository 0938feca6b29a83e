package dev.hale.experiment.report;

import dev.hale.evaluation.Bootstrap;
import java.util.Locale;

/**
 * A mean, and how far it could have come out otherwise.
 *
 * @param value NaN where there is no case
 * @param lower end of the 95 % bootstrap interval; NaN where there are too few cases for one
 * @param upper end of it
 * @param cases that have a value
 * @param unit what a case is
 */
public record Estimate(double value, double lower, double upper, int cases, Unit unit) {

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

  static Estimate of(Bootstrap.Interval interval, Unit unit) {
    return new Estimate(
        interval.mean(), interval.lower(), interval.upper(), interval.cases(), unit);
  }

  /** The same without its interval. */
  Estimate bare() {
    return new Estimate(value, Double.NaN, Double.NaN, cases, unit);
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

  static String number(double value, int decimals) {
    return Double.isNaN(value)
        ? "–"
        : String.format(Locale.ROOT, "%." + decimals + "f", value).replace('-', '−');
  }
}
