package dev.hale.scan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Which numbers of a mask's file belong: of labels every one above 0 (or a single one), of a soft
 * mask what exceeds half of its largest value. Tells the two apart by whether there are fractions.
 */
final class MaskRule {
  /** Whole numbers differ by this after scaling or resampling. */
  private static final double ROUNDING = 1e-3;

  /** Up to here a soft mask overshoots 1 in cubic resampling; there is no label 2 below. */
  private static final double MOST_SOFT = 1.5;

  private final String file;
  private final int label;
  private double lowest; // of finite values and 0
  private double highest; // of finite values and 0
  private double leastPositive = Double.POSITIVE_INFINITY;
  private float fraction; // one of them; 0 where all are whole
  private boolean notNumbers;
  private boolean infinite;

  private MaskRule(String file, int label) {
    this.file = file;
    this.label = label;
  }

  /**
   * Looks at a mask's numbers.
   *
   * @param label the only one that belongs; 0 for every one
   * @throws DataException where they are neither labels nor a soft mask
   */
  static MaskRule of(String file, float[] values, int label) {
    MaskRule rule = new MaskRule(file, label);
    for (float value : values) {
      rule.see(value);
    }
    if (!rule.hasLabels() && (label != 0 || rule.highest >= MOST_SOFT)) {
      throw new DataException(
          "%s: holds fractions (such as %s) and values up to %s, %s"
              .formatted(
                  file,
                  number(rule.fraction != 0 ? rule.fraction : rule.highest),
                  number(rule.highest),
                  label != 0
                      ? "where lesion is label %d alone; store whole labels".formatted(label)
                      : "so it is neither labels nor a soft mask; resample labels to the nearest"
                          + " voxel, or divide a soft mask by its full value"));
    }
    return rule;
  }

  private void see(float value) {
    if (!Float.isFinite(value)) {
      notNumbers |= Float.isNaN(value);
      infinite |= Float.isInfinite(value);
      return;
    }
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
    if (value > 0) {
      leastPositive = Math.min(leastPositive, value);
    }
    if (Math.abs(value - Math.rint(value)) > ROUNDING) {
      fraction = value;
    }
  }

  /** Values below {@code ROUNDING} are 0 beside a label, and a faint soft mask where none is. */
  private boolean hasLabels() {
    return fraction == 0 && (highest > 0.5 || lowest < -0.5 || (highest == 0 && lowest == 0));
  }

  boolean belongs(float value) {
    if (!Float.isFinite(value)) {
      return false;
    }
    if (!hasLabels()) {
      return value > highest / 2;
    }
    return label == 0 ? value > 0.5 : Math.rint(value) == label;
  }

  /**
   * What is odd about the numbers, a line each that begins with the file.
   *
   * @param empty whether none belongs
   */
  List<String> warnings(boolean empty) {
    List<String> lines = new ArrayList<>();
    boolean negative = lowest < -ROUNDING * highest;
    if (empty && (lowest < 0 || highest > 0 || notNumbers || infinite)) {
      lines.add("%s: holds %s, and nothing that belongs: it is empty".formatted(file, held()));
      return lines;
    }
    if (negative) {
      lines.add(
          "%s: holds values down to %s; none below 0 belongs".formatted(file, number(lowest)));
    }
    if (infinite) {
      lines.add("%s: holds infinite values; they do not belong".formatted(file));
    }
    if (!hasLabels() && highest < 0.5 && leastPositive < highest * (1 - ROUNDING)) {
      lines.add(
          "%s: is a soft mask of values up to %s only; those above %s belong"
              .formatted(file, number(highest), number(highest / 2)));
    }
    return lines;
  }

  private String held() {
    List<String> parts = new ArrayList<>();
    if (lowest < 0 || highest > 0) {
      parts.add("values from %s to %s".formatted(number(lowest), number(highest)));
    }
    if (notNumbers) {
      parts.add("NaN");
    }
    if (infinite) {
      parts.add("infinite values");
    }
    return String.join(", ", parts) + (label == 0 ? "" : ", no label " + label);
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? "%.0f".formatted(value)
        : String.format(Locale.ROOT, "%.3g", value);
  }
}
