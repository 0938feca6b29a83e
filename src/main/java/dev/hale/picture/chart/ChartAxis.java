package dev.hale.picture.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Maps values to a fraction of an axis, linearly or by their logarithm, and knows where its ticks
 * stand.
 */
public record ChartAxis(double low, double high, boolean logarithmic) {
  private static final double[] NICE = {1, 2, 5, 10};

  /** An axis around values, of which those that cannot be shown are ignored. */
  static ChartAxis around(List<double[]> values, boolean mayBeLogarithmic) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double[] series : values) {
      for (double value : series) {
        if (Double.isFinite(value)) {
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
    }
    if (!(low <= high)) {
      return new ChartAxis(0, 1, false);
    }
    if (mayBeLogarithmic && low > 0 && high / low > 8) {
      return new ChartAxis(low / 1.1, high * 1.1, true);
    }
    double margin = high > low ? 0.04 * (high - low) : Math.max(Math.abs(high) * 0.1, 1e-12);
    return new ChartAxis(low - margin, high + margin, false);
  }

  /** 0 at the low end, 1 at the high one; NaN for what cannot be shown. */
  double place(double value) {
    double fraction =
        logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    return fraction > -1e-9 && fraction < 1 + 1e-9 ? fraction : Double.NaN;
  }

  /** Round values along the axis, about five. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    if (logarithmic) {
      boolean few = Math.log10(high / low) > 2.5;
      for (double decade = Math.pow(10, Math.floor(Math.log10(low)));
          decade <= high;
          decade *= 10) {
        for (double nice : few ? new double[] {1} : new double[] {1, 2, 5}) {
          if (decade * nice >= low && decade * nice <= high) {
            ticks.add(decade * nice);
          }
        }
      }
      return ticks;
    }
    double raw = (high - low) / 5;
    double decade = Math.pow(10, Math.floor(Math.log10(raw)));
    double step = decade * 10;
    for (double nice : NICE) {
      if (decade * nice >= raw) {
        step = decade * nice;
        break;
      }
    }
    for (long i = (long) Math.ceil(low / step); i * step <= high; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** A tick's label: 0.05, 20000, 3e-4. */
  static String label(double value) {
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-3 || size >= 1e6)) {
      return String.format(Locale.ROOT, "%.1e", value)
          .replaceAll("\\.0e", "e")
          .replaceAll("e([-+])0", "e$1")
          .replace("e+", "e");
    }
    String text = String.format(Locale.ROOT, "%.4f", value); // has a point, so zeros may go
    return text.replaceAll("\\.?0+$", "").replaceAll("^-0$", "0");
  }
}
