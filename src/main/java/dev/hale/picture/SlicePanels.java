package dev.hale.picture;

import dev.hale.scan.Axis;
import dev.hale.scan.Canonical;

/**
 * Panels of slices of volumes on one grid. All show the same part of a slice, the brain and a
 * margin around it, so that they can be compared place by place.
 */
public final class SlicePanels {
  private final Canonical canonical;
  private final Axis axis;
  private final byte[] brain;
  private final SliceView view;

  /**
   * Panels to be.
   *
   * @param canonical of the grid
   * @param axis across which slices are cut
   * @param brain not 0 inside, somewhere; on the grid
   * @param margin on each side of the brain, as a share of its longer side
   * @param wide how many screen pixels the longer side shall have, at least about
   */
  public SlicePanels(Canonical canonical, Axis axis, byte[] brain, double margin, int wide) {
    this.canonical = canonical;
    this.axis = axis;
    this.brain = brain;
    view = SliceView.around(canonical, axis, brain, margin, wide);
  }

  /** A slice of an image, low black and high white; what is outside the brain is black. */
  public MontagePanel grey(float[] image, int slice, float low, float high) {
    int[] voxels = voxels(slice);
    float[] values = new float[voxels.length];
    for (int p = 0; p < values.length; p++) {
      values[p] = brain[voxels[p]] == 0 ? low : image[voxels[p]];
    }
    return MontagePanel.grey(values, view.width(), view.height(), low, high);
  }

  /** A slice of a map in colours, from 0 to high. */
  public MontagePanel heat(float[] map, int slice, float high) {
    return MontagePanel.heat(values(map, slice), view.width(), view.height(), 0, high);
  }

  /** A place left free. */
  public MontagePanel empty() {
    return MontagePanel.empty(view.width(), view.height());
  }

  /** What a panel shows of a volume, to lay it over another. */
  public float[] values(float[] volume, int slice) {
    int[] voxels = voxels(slice);
    float[] values = new float[voxels.length];
    for (int p = 0; p < values.length; p++) {
      values[p] = volume[voxels[p]];
    }
    return values;
  }

  /** What a panel shows of a mask, to outline it. */
  public byte[] mask(byte[] mask, int slice) {
    int[] voxels = voxels(slice);
    byte[] values = new byte[voxels.length];
    for (int p = 0; p < values.length; p++) {
      values[p] = mask[voxels[p]];
    }
    return values;
  }

  /** How the panels become pixels. */
  public Montage.View view(Montage.Orientation orientation) {
    return new Montage.View(view.scale(), Montage.Interpolation.BILINEAR, orientation);
  }

  /** The slice with most lesion; where there is none, the one with most brain. */
  public int fullest(byte[] lesion) {
    int fullest = 0;
    long most = -1;
    for (int slice = 0; slice < canonical.size(axis.normal()); slice++) {
      long weight = 0;
      for (int row = 0; row < canonical.size(axis.row()); row++) {
        for (int column = 0; column < canonical.size(axis.column()); column++) {
          int voxel = canonical.sliceIndex(axis, slice, row, column);
          weight += lesion[voxel] == 0 ? 0 : lesion.length;
          weight += brain[voxel] == 0 ? 0 : 1;
        }
      }
      if (weight > most) {
        most = weight;
        fullest = slice;
      }
    }
    return fullest;
  }

  /** Where on the grid the pixels of a panel lie. */
  private int[] voxels(int slice) {
    int[] voxels = new int[view.width() * view.height()];
    int next = 0;
    for (int row : view.rows()) {
      for (int column : view.columns()) {
        voxels[next++] = canonical.sliceIndex(axis, slice, row, column);
      }
    }
    return voxels;
  }
}
