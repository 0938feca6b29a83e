package dev.hale.app.detect;

import dev.hale.evaluation.Thresholds;
import dev.hale.picture.Montage;
import dev.hale.picture.MontagePanel;
import dev.hale.picture.SliceView;
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
  private final float[] brain;
  private final SliceView view;
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
    this.brain = floats(brain);
    view = SliceView.around(canonical, axis, this.brain, MARGIN, PANEL_PIXELS);
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
    float[] mask = floats(result.mask());
    for (int slice : mostAnomalous(mask)) {
      MontagePanel image = grey(scan.channel(0), slice);
      List<MontagePanel> panels = new ArrayList<>(List.of(image));
      if (hasHealthy) {
        panels.add(grey(result.reconstruction().channel(0), slice));
      }
      if (result.uncertainty() != null) {
        panels.add(image.withHeat(shown(result.uncertainty(), slice), 0, mostUncertain));
      }
      panels.add(image.withHeat(shown(result.map(), slice), 0, mostMap));
      float[] marked = shown(mask, slice);
      byte[] outline = new byte[marked.length];
      for (int p = 0; p < outline.length; p++) {
        outline[p] = (byte) marked[p];
      }
      panels.add(image.withPrediction(outline).withCaption(area(mask, slice)));
      rows.add(new Montage.Row(label(slice), panels));
    }
    boolean upright = picture || axis == Axis.SAGITTAL;
    return new Montage(
        columns,
        rows,
        new Montage.View(
            view.scale(),
            Montage.Interpolation.BILINEAR,
            upright ? Montage.Orientation.AS_STORED : Montage.Orientation.RADIOLOGICAL_AXIAL));
  }

  /** Slices by the map's sum over the mask, then over the brain; neighbours are kept apart. */
  private List<Integer> mostAnomalous(float[] mask) {
    List<double[]> ranked = new ArrayList<>();
    for (int slice = 0; slice < canonical.size(axis.normal()); slice++) {
      float[] inside = canonical.slice(brain, axis, slice);
      float[] map = canonical.slice(result.map(), axis, slice);
      float[] marked = canonical.slice(mask, axis, slice);
      double area = 0;
      double all = 0;
      double lesion = 0;
      for (int p = 0; p < map.length; p++) {
        area += inside[p];
        all += map[p];
        lesion += map[p] * marked[p];
      }
      if (area > 0) {
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

  private MontagePanel grey(float[] channel, int slice) {
    float[] values = shown(channel, slice);
    float[] inside = shown(brain, slice);
    for (int p = 0; p < values.length; p++) {
      values[p] = inside[p] == 0 ? low : values[p];
    }
    return MontagePanel.grey(values, view.columns(), view.rows(), low, high);
  }

  private float[] shown(float[] volume, int slice) {
    float[] values = view.cut(canonical.slice(volume, axis, slice));
    if (axis != Axis.SAGITTAL || picture) {
      return values;
    }
    float[] turned = new float[values.length]; // head up, nose to the left
    for (int p = 0; p < values.length; p++) {
      turned[p] = values[values.length - 1 - p];
    }
    return turned;
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

  private String area(float[] mask, int slice) {
    double marked = 0;
    double inside = 0;
    float[] lesion = canonical.slice(mask, axis, slice);
    float[] region = canonical.slice(brain, axis, slice);
    for (int p = 0; p < lesion.length; p++) {
      marked += lesion[p];
      inside += region[p];
    }
    if (picture) {
      return String.format(Locale.ROOT, "%.1f %%", 100 * marked / inside);
    }
    double[] side = canonical.grid().spacing();
    double squareMillimetres = marked * side[axis.row()] * side[axis.column()];
    return String.format(Locale.ROOT, "%.1f cm²", squareMillimetres / 100);
  }

  private static float[] floats(byte[] mask) {
    float[] values = new float[mask.length];
    for (int v = 0; v < values.length; v++) {
      values[v] = mask[v] == 0 ? 0 : 1;
    }
    return values;
  }
}
