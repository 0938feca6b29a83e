package dev.hale.scan;

/** The direction across which a volume in canonical (RAS+) order is cut into slices. */
public enum Axis {
  /** Columns run to Anterior, rows to Superior. */
  SAGITTAL(0, 1, 2),
  /** Columns run to the Right, rows to Superior. */
  CORONAL(1, 0, 2),
  /** Columns run to the Right, rows to Anterior. */
  AXIAL(2, 0, 1);

  private final int normal;
  private final int column;
  private final int row;

  Axis(int normal, int column, int row) {
    this.normal = normal;
    this.column = column;
    this.row = row;
  }

  /** The canonical axis (0 R, 1 A, 2 S) from slice to slice. */
  public int normal() {
    return normal;
  }

  /** The canonical axis from column to column of a slice. */
  public int column() {
    return column;
  }

  /** The canonical axis from row to row of a slice. */
  public int row() {
    return row;
  }
}
