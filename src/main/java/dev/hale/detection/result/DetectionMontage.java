package dev.hale.detection.result;

import dev.hale.evaluation.Thresholds;
import dev.hale.picture.Montage;
import dev.hale.picture.MontagePanel;
import dev.hale.picture.SliceOrder;
import dev.hale.picture.SlicePanels;
import dev.hale.scan.AnomalyMap;
import dev.hale.scan.Axis;
import dev.hale.scan.Canonical;
import dev.hale.scan.Scan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The picture of one detection: a row for each of the most anomalous slices, the most anomalous
 * first; columns for the first channel, its healthy reconstruction, where there is one its
 * uncertainty, the map and the mask's outline.
 */
final class DetectionMontage {
  private static final int MOST_ROWS = 4;
  private static final int PANEL_PIXELS = 280;
  private static final double MARGIN = 0.04;

  private final Scan scan;
  private final AnomalyMap result;
  private final Axis axis;
  private final boolean picture;
  private final Canonical canonical;
  private final SlicePanels shown;
  private final int area; // of a slice, in voxels
  private final float[] map; // slice by slice, as the next two
  private final byte[] mask;
  private final byte[] brain;
  private final float low;
  private final float high;
  private final float mostMap;
  private final float mostUncertain;

  /**
   * A picture to be.
   *
   * @param scan what was looked at
   * @param brain where, 1 inside and 0 outside
   * @param result what was found
   * @param axis across which the scan is shown
   * @param picture whether the scan is a picture, which has neither left nor millimetres
   */
  DetectionMontage(Scan scan, byte[] brain, AnomalyMap result, Axis axis, boolean picture) {
    this.scan = scan;
    this.result = result;
    this.axis = axis;
    this.picture = picture;
    canonical = Canonical.of(scan.grid());
    shown = new SlicePanels(canonical, axis, brain, MARGIN, PANEL_PIXELS);
    SliceOrder order = new SliceOrder(scan.grid(), axis);
    area = order.shape().area();
    map = order.of(result.map());
    mask = order.of(result.mask());
    this.brain = order.of(brain);
    float[] image = scan.channel(0);
    byte[] finite = brain.clone();
    for (int v = 0; v < finite.length; v++) {
      finite[v] = Float.isFinite(image[v]) ? finite[v] : 0;
    }
    low = (float) Thresholds.percentile(image, finite, 0.5);
    high = above(low, Thresholds.percentile(image, finite, 99.5));
    mostMap =
        above(0, Math.max(result.threshold(), Thresholds.percentile(result.map(), finite, 99.8)));
    mostUncertain =
        result.uncertainty() == null
            ? 0
            : above(0, Thresholds.percentile(result.uncertainty(), finite, 99.9));
  }

  private static float above(float low, double high) {
    return high > low ? (float) high : low + 1;
  }

  Montage montage() {
    boolean hasHealthy = result.reconstruction() != null;
    String channel = scan.channels().get(0);
    List<String> columns = new ArrayList<>(List.of(channel));
    if (hasHealthy) {
      columns.add("healthy " + channel);
    }
    if (result.uncertainty() != null) {
      columns.add("uncertainty");
    }
    columns.addAll(List.of("anomaly map", "lesion"));
    List<Montage.Row> rows = new ArrayList<>();
    for (int slice : mostAnomalous()) {
      MontagePanel image = shown.grey(scan.channel(0), slice, low, high);
      List<MontagePanel> panels = new ArrayList<>(List.of(image));
      if (hasHealthy) {
        panels.add(shown.grey(result.reconstruction().channel(0), slice, low, high));
      }
      if (result.uncertainty() != null) {
        panels.add(image.withHeat(shown.values(result.uncertainty(), slice), 0, mostUncertain));
      }
      panels.add(image.withHeat(shown.values(result.map(), slice), 0, mostMap));
      byte[] outline = shown.mask(result.mask(), slice);
      panels.add(image.withPrediction(outline).withCaption(size(slice)));
      rows.add(new Montage.Row(label(slice), panels));
    }
    Montage.Orientation orientation =
        picture ? Montage.Orientation.AS_STORED : Montage.Orientation.of(axis);
    return new Montage(columns, rows, shown.view(orientation));
  }

  /** Slices by the map's sum over the mask, then over the brain; neighbours are kept apart. */
  private List<Integer> mostAnomalous() {
    List<double[]> ranked = new ArrayList<>();
    for (int slice = 0; slice < canonical.size(axis.normal()); slice++) {
      double all = 0;
      double lesion = 0;
      for (int v = slice * area; v < (slice + 1) * area; v++) {
        all += map[v];
        lesion += mask[v] == 0 ? 0 : map[v];
      }
      if (count(brain, slice) > 0) {
        ranked.add(new double[] {slice, lesion, all});
      }
    }
    int apart = Math.max(1, ranked.size() / 12);
    ranked.sort(Comparator.<double[]>comparingDouble(s -> -s[1]).thenComparingDouble(s -> -s[2]));
    List<Integer> chosen = new ArrayList<>();
    for (double[] candidate : ranked) {
      int slice = (int) candidate[0];
      if (chosen.size() < MOST_ROWS
          && chosen.stream().allMatch(other -> Math.abs(other - slice) >= apart)) {
        chosen.add(slice);
      }
    }
    return chosen;
  }

  private String label(int slice) {
    if (picture) {
      return "";
    }
    int[] voxel = new int[3];
    voxel[axis.normal()] = slice;
    voxel[axis.row()] = canonical.size(axis.row()) / 2;
    voxel[axis.column()] = canonical.size(axis.column()) / 2;
    double[] affine = canonical.grid().affine();
    int row = 4 * axis.normal();
    double place =
        affine[row] * voxel[0]
            + affine[row + 1] * voxel[1]
            + affine[row + 2] * voxel[2]
            + affine[row + 3];
    return String.format(
        Locale.ROOT,
        "%s = %.0f mm\nslice %d of %d",
        "xyz".charAt(axis.normal()),
        Math.rint(place) + 0.0, // never -0
        slice + 1,
        canonical.size(axis.normal()));
  }

  private String size(int slice) {
    double marked = count(mask, slice);
    if (picture) {
      return String.format(Locale.ROOT, "%.1f %%", 100 * marked / count(brain, slice));
    }
    double[] side = canonical.grid().spacing();
    double squareMillimetres = marked * side[axis.row()] * side[axis.column()];
    return String.format(Locale.ROOT, "%.1f cm²", squareMillimetres / 100);
  }

  private int count(byte[] inside, int slice) {
    int count = 0;
    for (int v = slice * area; v < (slice + 1) * area; v++) {
      count += inside[v] == 0 ? 0 : 1;
    }
    return count;
  }
}
