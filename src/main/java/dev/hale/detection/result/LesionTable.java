package dev.hale.detection.result;

import dev.hale.scan.Lesion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The marked lesions of a scan as a table, {@code lesions.tsv}, as BIDS writes tables. */
final class LesionTable {
  static final String FILE = "lesions.tsv";

  private static final String UNKNOWN = "n/a";
  private static final List<String> COLUMNS =
      List.of(
          "lesion", "voxels", "ml", "i", "j", "k", "x_mm", "y_mm", "z_mm", "i_first", "j_first",
          "k_first", "i_last", "j_last", "k_last", "mean", "peak");

  private LesionTable() {}

  /**
   * A line for each lesion below a header, the largest lesion first.
   *
   * @param picture whether the scan is a picture, which has no millimetres
   */
  static String of(List<Lesion> lesions, boolean picture) {
    StringBuilder table = new StringBuilder(String.join("\t", COLUMNS)).append('\n');
    for (int n = 0; n < lesions.size(); n++) {
      table.append(String.join("\t", row(n + 1, lesions.get(n), picture))).append('\n');
    }
    return table.toString();
  }

  private static List<String> row(int number, Lesion lesion, boolean picture) {
    List<String> row = new ArrayList<>(List.of("" + number, "" + lesion.voxels()));
    row.add(picture ? UNKNOWN : decimals(lesion.volumeMl(), 4));
    row.addAll(place(lesion.centre()));
    row.addAll(picture ? List.of(UNKNOWN, UNKNOWN, UNKNOWN) : place(lesion.centreMillimetres()));
    for (Lesion.Index corner : List.of(lesion.first(), lesion.last())) {
      row.addAll(List.of("" + corner.i(), "" + corner.j(), "" + corner.k()));
    }
    row.add(decimals(lesion.mean(), 6));
    row.add(decimals(lesion.peak(), 6));
    return row;
  }

  private static List<String> place(Lesion.Place at) {
    return List.of(decimals(at.x(), 2), decimals(at.y(), 2), decimals(at.z(), 2));
  }

  private static String decimals(double value, int places) {
    return String.format(Locale.ROOT, "%." + places + "f", value);
  }
}
