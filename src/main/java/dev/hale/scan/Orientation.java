package dev.hale.scan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How a NIfTI header places an image in space, kept word for word so that a map computed on the
 * image can be written back with the same codes and numbers.
 *
 * @param version of the format the numbers came from: 1 (float32 fields) or 2 (float64 fields)
 * @param pixdim 8 numbers: qfac, the voxel sizes along i, j and k, then steps of higher dimensions
 * @param xyztUnits the packed unit codes
 * @param qformCode 0 where the quaternion means nothing
 * @param quaternion 6 numbers: b, c, d and the offsets along x, y and z
 * @param sformCode 0 where the sform means nothing
 * @param sform 12 numbers: the first three rows of the affine, row-major
 * @param remarks what is odd about the header, phrases; none where all is well
 */
public record Orientation(
    int version,
    double[] pixdim,
    int xyztUnits,
    int qformCode,
    double[] quaternion,
    int sformCode,
    double[] sform,
    List<String> remarks) {
  /** How far b² + c² + d² may exceed 1 through rounding; beyond it the quaternion is damaged. */
  private static final double ROUNDING = 1e-4;

  private static final int MILLIMETRES = 2;
  private static final int MICROMETRES = 3;
  private static final int LENGTH = 7; // the bits that say a unit of length
  private static final int MILLIMETRES_AND_SECONDS = MILLIMETRES | 8;
  private static final int ALIGNED = 2;

  public Orientation {
    if (pixdim.length != 8 || quaternion.length != 6 || sform.length != 12) {
      throw new DataException(
          "orientation needs 8, 6 and 12 numbers, got %d, %d and %d"
              .formatted(pixdim.length, quaternion.length, sform.length));
    }
    pixdim = pixdim.clone();
    quaternion = quaternion.clone();
    sform = sform.clone();
    remarks = List.copyOf(remarks);
  }

  /** One about which nothing is odd. */
  public Orientation(
      int version,
      double[] pixdim,
      int xyztUnits,
      int qformCode,
      double[] quaternion,
      int sformCode,
      double[] sform) {
    this(version, pixdim, xyztUnits, qformCode, quaternion, sformCode, sform, List.of());
  }

  /**
   * The same as hale goes by it, with a remark for each thing that it does not take at its word: an
   * sform that is not finite or flat beside a sound qform is none (as ITK has it), an unknown unit
   * of length is millimetres.
   */
  public Orientation repaired() {
    List<String> odd = new ArrayList<>(remarks);
    int unit = xyztUnits & LENGTH;
    int units = xyztUnits;
    if (unit > MICROMETRES) {
      odd.add("its unit of length has the unknown code %d and is taken for mm".formatted(unit));
      units = (units & ~LENGTH) | MILLIMETRES;
    }
    Orientation known =
        new Orientation(version, pixdim, units, qformCode, quaternion, sformCode, sform, odd);
    String trouble = sformCode > 0 ? known.trouble() : null;
    if (trouble == null || qformCode <= 0) {
      return known;
    }
    Orientation without =
        new Orientation(version, pixdim, units, qformCode, quaternion, 0, new double[12], odd);
    if (without.trouble() != null) {
      return known;
    }
    odd.add("its %s; the qform says where it lies".formatted(trouble));
    return new Orientation(version, pixdim, units, qformCode, quaternion, 0, new double[12], odd);
  }

  /** Why it is no place for an image; null where it is one. */
  private String trouble() {
    try {
      affine(1, 1, 1);
      return null;
    } catch (DataException e) {
      return e.getMessage();
    }
  }

  /** The orientation a new file gets: the affine as an sform in millimetres, no quaternion. */
  public static Orientation of(Grid grid) {
    double[] spacing = grid.spacing();
    return new Orientation(
        1,
        new double[] {1, spacing[0], spacing[1], spacing[2], 0, 0, 0, 0},
        MILLIMETRES_AND_SECONDS,
        0,
        new double[6],
        ALIGNED,
        Arrays.copyOf(grid.affine(), 12));
  }

  @Override
  public double[] pixdim() {
    return pixdim.clone();
  }

  @Override
  public double[] quaternion() {
    return quaternion.clone();
  }

  @Override
  public double[] sform() {
    return sform.clone();
  }

  /**
   * Voxel indices to millimetres, 16 numbers row-major: from the sform where it has a code, else
   * from the quaternion where that has one, else from the voxel sizes alone. The last says nothing
   * about left and right; it is read as nibabel and SPM do: x falls along i, the origin is the
   * centre of the image.
   */
  public double[] affine(int nx, int ny, int nz) {
    double[] affine = new double[16];
    if (sformCode > 0) {
      System.arraycopy(sform, 0, affine, 0, 12);
    } else if (qformCode > 0) {
      fromQuaternion(affine);
    } else {
      int[] size = {nx, ny, nz};
      for (int axis = 0; axis < 3; axis++) {
        double step = axis == 0 ? -voxelSize(axis) : voxelSize(axis);
        affine[5 * axis] = step;
        affine[4 * axis + 3] = -step * (size[axis] - 1) / 2;
      }
    }
    double scale = millimetresPerUnit();
    for (int i = 0; i < 12; i++) {
      affine[i] *= scale;
      if (!Double.isFinite(affine[i])) {
        throw new DataException(source() + " holds a number that is not finite");
      }
    }
    affine[15] = 1;
    requireInvertible(affine);
    return affine;
  }

  /** The rotation of NIfTI's method 2, qfac turning the third axis around. */
  private void fromQuaternion(double[] affine) {
    double b = quaternion[0];
    double c = quaternion[1];
    double d = quaternion[2];
    double square = b * b + c * c + d * d;
    if (!(square <= 1 + ROUNDING)) {
      throw new DataException("qform quaternion is not a rotation: b²+c²+d² = " + square);
    }
    double a = Math.sqrt(Math.max(0, 1 - square));
    if (square > 1) {
      double length = Math.sqrt(square);
      b /= length;
      c /= length;
      d /= length;
    }
    double[] rotation = {
      a * a + b * b - c * c - d * d,
      2 * (b * c - a * d),
      2 * (b * d + a * c),
      2 * (b * c + a * d),
      a * a + c * c - b * b - d * d,
      2 * (c * d - a * b),
      2 * (b * d - a * c),
      2 * (c * d + a * b),
      a * a + d * d - b * b - c * c
    };
    for (int row = 0; row < 3; row++) {
      for (int axis = 0; axis < 3; axis++) {
        double step = voxelSize(axis) * (axis == 2 && pixdim[0] < 0 ? -1 : 1);
        affine[4 * row + axis] = rotation[3 * row + axis] * step;
      }
      affine[4 * row + 3] = quaternion[3 + row];
    }
  }

  private double voxelSize(int axis) {
    double size = Math.abs(pixdim[axis + 1]);
    if (!(size > 0) || Double.isInfinite(size)) {
      throw new DataException(
          "voxel size along %s is %s".formatted("ijk".charAt(axis), pixdim[axis + 1]));
    }
    return size;
  }

  private double millimetresPerUnit() {
    return switch (xyztUnits & LENGTH) {
      case 0, 2 -> 1;
      case 1 -> 1000;
      case 3 -> 0.001;
      default -> throw new DataException("unknown unit of length, code " + (xyztUnits & LENGTH));
    };
  }

  private void requireInvertible(double[] m) {
    if (Grid.isFlat(m)) {
      throw new DataException(source() + " is flat: it maps the volume onto a plane or a point");
    }
  }

  private String source() {
    return sformCode > 0 ? "sform" : qformCode > 0 ? "qform" : "affine from pixdim";
  }
}
