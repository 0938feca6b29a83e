package dev.hale.picture;

import dev.hale.evaluation.HealthyImageMeasure;
import dev.hale.evaluation.MeasuredScan;
import dev.hale.evaluation.MeasuredScan.LeftRight;
import dev.hale.evaluation.SliceMetrics;
import dev.hale.evaluation.VolumeShape;
import dev.hale.scan.Axis;
import dev.hale.scan.Canonical;
import dev.hale.scan.DataException;
import dev.hale.scan.Grid;
import dev.hale.scan.Scan;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A scan's voxels slice by slice, row by row, as they are measured. */
public final class SliceOrder {
  private final int[] order;
  private final VolumeShape shape;
  private final double columnMillimetres;
  private final double rowMillimetres;
  private final LeftRight leftRight;

  /** Of a grid whose slices are taken across an axis. */
  public SliceOrder(Grid grid, Axis axis) {
    Canonical canonical = Canonical.of(grid);
    order = order(canonical, axis);
    double[] side = canonical.grid().spacing();
    shape =
        new VolumeShape(
            canonical.size(axis.column()),
            canonical.size(axis.row()),
            canonical.size(axis.normal()),
            side[0] * side[1] * side[2]);
    columnMillimetres = side[axis.column()];
    rowMillimetres = side[axis.row()];
    leftRight = axis == Axis.SAGITTAL ? LeftRight.SLICES : LeftRight.COLUMNS;
  }

  public VolumeShape shape() {
    return shape;
  }

  /**
   * What measures healthy images of a scan, its percentiles 1 and 99 becoming -1 and 1.
   *
   * @param twin the same head without lesion
   * @param brain finite there in all channels
   * @param slices that count, as they were measured in this order
   * @throws DataException where the twin does not fit, or a channel is constant
   */
  public HealthyImageMeasure measure(
      Scan scan, Optional<Scan> twin, byte[] brain, byte[] truth, List<SliceMetrics> slices) {
    return measure(scan, twin, brain, truth, slices, 1, 99);
  }

  /** The same with other percentiles. */
  public HealthyImageMeasure measure(
      Scan scan,
      Optional<Scan> twin,
      byte[] brain,
      byte[] truth,
      List<SliceMetrics> slices,
      double lowerPercentile,
      double upperPercentile) {
    twin.ifPresent(
        other ->
            other
                .grid()
                .requireCoincident(
                    "healthy twin " + other.name(), scan.grid(), "scan " + scan.name()));
    MeasuredScan measured =
        new MeasuredScan(
            scan.channels(),
            of(scan),
            of(brain),
            of(truth),
            slices,
            shape,
            columnMillimetres,
            rowMillimetres,
            leftRight);
    try {
      return new HealthyImageMeasure(
          measured, twin.map(this::of).orElse(null), lowerPercentile, upperPercentile);
    } catch (IllegalArgumentException e) {
      throw new DataException("scan %s: %s".formatted(scan.name(), e.getMessage()), e);
    }
  }

  /** A volume in this order; a new array. */
  public float[] of(float[] volume) {
    float[] turned = new float[order.length];
    for (int v = 0; v < order.length; v++) {
      turned[v] = volume[order[v]];
    }
    return turned;
  }

  /** A mask in this order; a new array. */
  public byte[] of(byte[] mask) {
    byte[] turned = new byte[order.length];
    for (int v = 0; v < order.length; v++) {
      turned[v] = mask[order[v]];
    }
    return turned;
  }

  /** The channels of a scan on the grid, each in this order. */
  public float[][] of(Scan scan) {
    float[][] turned = new float[scan.channels().size()][];
    Arrays.setAll(turned, c -> of(scan.channel(c)));
    return turned;
  }

  /** Where in the scan the voxels lie. */
  private static int[] order(Canonical canonical, Axis axis) {
    int[] order = new int[canonical.source().size()];
    int next = 0;
    for (int slice = 0; slice < canonical.size(axis.normal()); slice++) {
      for (int row = 0; row < canonical.size(axis.row()); row++) {
        for (int column = 0; column < canonical.size(axis.column()); column++) {
          order[next++] = canonical.sliceIndex(axis, slice, row, column);
        }
      }
    }
    return order;
  }
}
