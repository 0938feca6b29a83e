package dev.hale.io;

import dev.hale.scan.DataException;
import dev.hale.scan.Grid;
import dev.hale.scan.Orientation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * What hale reads from and writes to a NIfTI header, version 1 or 2, in either byte order, and
 * reads from one of ANALYZE 7.5, which is version 1 without a place in space. Field positions are
 * those of nifti1.h, nifti2.h and dbh.h.
 *
 * @param order byte order of header and voxels
 * @param type of a voxel
 * @param size nx, ny, nz and the number of volumes (all higher dimensions together)
 * @param offset byte position of the first voxel
 * @param slope factor on stored numbers; 1 where the file has none
 * @param intercept added after it
 * @param orientation where the voxels lie
 */
record NiftiHeader(
    ByteOrder order,
    NiftiType type,
    int[] size,
    long offset,
    double slope,
    double intercept,
    Orientation orientation) {
  static final int BYTES_1 = 348;
  static final int BYTES_2 = 540;

  /** After the header come four bytes that say whether extensions follow. */
  private static final int EXTENDER = 4;

  private static final byte[] MAGIC_1 = {'n', '+', '1', 0};
  private static final byte[] MAGIC_2 = {'n', '+', '2', 0, '\r', '\n', 26, '\n'};

  private static final String NO_SIDES =
      "it is ANALYZE 7.5, which does not say where left is; read as SPM does, x to the left";

  /** How many bytes a header has that starts with these four; throws where it is none. */
  static int length(byte[] start) {
    int little = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getInt();
    int big = Integer.reverseBytes(little);
    if (little == BYTES_1 || big == BYTES_1) {
      return BYTES_1;
    }
    if (little == BYTES_2 || big == BYTES_2) {
      return BYTES_2;
    }
    throw new DataException("not a NIfTI file: it does not start with a header size of 348 or 540");
  }

  /**
   * Parses a whole header, 348 or 540 bytes.
   *
   * @param single whether the voxels follow it in the same file
   */
  static NiftiHeader parse(byte[] bytes, boolean single) {
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (b.getInt(0) != bytes.length) {
      b.order(ByteOrder.BIG_ENDIAN);
    }
    boolean two = bytes.length == BYTES_2;
    boolean analyze = !single && !two && bytes[344] != 'n';
    if (!analyze) {
      requireMagic(bytes, two, single);
    }
    long[] dim = new long[8];
    for (int d = 0; d < 8; d++) {
      dim[d] = two ? b.getLong(16 + 8 * d) : b.getShort(40 + 2 * d);
    }
    int[] size = size(dim);
    NiftiType type = NiftiType.ofCode(b.getShort(two ? 12 : 70));
    double slope = two ? b.getDouble(176) : b.getFloat(112);
    double intercept = analyze ? 0 : two ? b.getDouble(184) : b.getFloat(116);
    if (slope == 0 || !Double.isFinite(slope)) {
      slope = 1; // The standard's and nibabel's ways of saying that numbers are stored as they are.
      intercept = 0;
    } else if (!Double.isFinite(intercept)) {
      throw new DataException("scl_inter is " + intercept + " where scl_slope is " + slope);
    }
    return new NiftiHeader(
        b.order(),
        type,
        size,
        offset(b, two, single),
        slope,
        intercept,
        analyze ? sideless(b, dim) : orientation(b, two, dim).repaired());
  }

  private static void requireMagic(byte[] bytes, boolean two, boolean single) {
    int at = two ? 4 : 344;
    byte[] expected = (two ? MAGIC_2 : MAGIC_1).clone();
    expected[1] = (byte) (single ? '+' : 'i');
    byte[] found = Arrays.copyOfRange(bytes, at, at + expected.length);
    if (Arrays.equals(found, expected)) {
      return;
    }
    if (found[0] == 'n' && found[1] == (single ? 'i' : '+')) {
      throw new DataException(
          single
              ? "header of an .hdr/.img pair; name it .hdr, with its .img beside it"
              : "header of a single file; name it .nii");
    }
    throw new DataException(
        two
            ? "not a NIfTI-2 file: wrong magic"
            : "not a NIfTI-1 file: wrong magic (a header of ANALYZE 7.5? name it .hdr, with its .img beside it)");
  }

  private static int[] size(long[] dim) {
    if (dim[0] < 1 || dim[0] > 7) {
      throw new DataException("number of dimensions is %d, expected 1 to 7".formatted(dim[0]));
    }
    long[] size = {1, 1, 1, 1};
    long total = 1;
    for (int d = 1; d <= dim[0]; d++) {
      if (dim[d] == 0 && d > 3) {
        continue; // Some writers leave what is not there at 0.
      }
      if (dim[d] < 1) {
        throw new DataException("dimension %d has size %d".formatted(d, dim[d]));
      }
      // Dividing the limit cannot overflow, unlike multiplying the sizes.
      if (dim[d] > (Integer.MAX_VALUE - 16) / total) {
        throw new DataException("too large: more than 2³¹ voxels in all");
      }
      total *= dim[d];
      size[Math.min(d, 4) - 1] *= dim[d];
    }
    return new int[] {(int) size[0], (int) size[1], (int) size[2], (int) size[3]};
  }

  private static long offset(ByteBuffer b, boolean two, boolean single) {
    double offset = two ? (double) b.getLong(168) : b.getFloat(108);
    int length = single ? b.capacity() : 0;
    if (offset == 0) {
      return single ? (long) length + EXTENDER : 0;
    }
    if (!(offset >= length) || offset > 1L << 40 || offset != Math.rint(offset)) {
      throw new DataException("voxels would start at byte %s of the file".formatted(offset));
    }
    return (long) offset;
  }

  private static double[] pixdim(ByteBuffer b, boolean two, long[] dim) {
    double[] pixdim = new double[8];
    for (int i = 0; i < 8; i++) {
      pixdim[i] = two ? b.getDouble(104 + 8 * i) : b.getFloat(76 + 4 * i);
    }
    for (int axis = (int) dim[0] + 1; axis <= 3; axis++) {
      if (pixdim[axis] == 0) {
        pixdim[axis] = 1; // An axis that a flat image does not have.
      }
    }
    return pixdim;
  }

  /** Where ANALYZE places an image. */
  private static Orientation sideless(ByteBuffer b, long[] dim) {
    return new Orientation(
        1, pixdim(b, false, dim), 0, 0, new double[6], 0, new double[12], List.of(NO_SIDES));
  }

  private static Orientation orientation(ByteBuffer b, boolean two, long[] dim) {
    double[] pixdim = pixdim(b, two, dim);
    double[] quaternion = new double[6];
    double[] sform = new double[12];
    for (int i = 0; i < 6; i++) {
      quaternion[i] = two ? b.getDouble(352 + 8 * i) : b.getFloat(256 + 4 * i);
    }
    for (int i = 0; i < 12; i++) {
      sform[i] = two ? b.getDouble(400 + 8 * i) : b.getFloat(280 + 4 * i);
    }
    return new Orientation(
        two ? 2 : 1,
        pixdim,
        two ? b.getInt(500) : b.get(123) & 0xff,
        two ? b.getInt(344) : b.getShort(252),
        quaternion,
        two ? b.getInt(348) : b.getShort(254),
        sform);
  }

  /** The grid of one volume. */
  Grid grid() {
    return new Grid(
        size[0], size[1], size[2], orientation.affine(size[0], size[1], size[2]), orientation);
  }

  /** Number of values of all volumes. */
  int values() {
    return size[0] * size[1] * size[2] * size[3];
  }

  /**
   * The header of a new little-endian file with unscaled numbers, with the four bytes that follow
   * it; version 2 where the orientation came from one or a side is too long for version 1.
   */
  static byte[] encode(Grid grid, int volumes, NiftiType type) {
    Orientation place = grid.orientation() == null ? Orientation.of(grid) : grid.orientation();
    int[] size = {grid.nx(), grid.ny(), grid.nz(), volumes};
    boolean two = place.version() == 2 || Arrays.stream(size).max().getAsInt() > Short.MAX_VALUE;
    int length = two ? BYTES_2 : BYTES_1;
    ByteBuffer b = ByteBuffer.allocate(length + EXTENDER).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = two ? MAGIC_2 : MAGIC_1;
    b.putInt(0, length).put(two ? 4 : 344, magic);
    b.putShort(two ? 12 : 70, (short) type.code).putShort(two ? 14 : 72, (short) (8 * type.bytes));
    long[] dim = {volumes > 1 ? 4 : 3, size[0], size[1], size[2], volumes, 1, 1, 1};
    for (int d = 0; d < 8; d++) {
      if (two) {
        b.putLong(16 + 8 * d, dim[d]).putDouble(104 + 8 * d, place.pixdim()[d]);
      } else {
        b.putShort(40 + 2 * d, (short) dim[d]).putFloat(76 + 4 * d, (float) place.pixdim()[d]);
      }
    }
    for (int i = 0; i < 6; i++) {
      putReal(b, two, two ? 352 + 8 * i : 256 + 4 * i, place.quaternion()[i]);
    }
    for (int i = 0; i < 12; i++) {
      putReal(b, two, two ? 400 + 8 * i : 280 + 4 * i, place.sform()[i]);
    }
    putReal(b, two, two ? 176 : 112, 1);
    b.put(two ? 240 : 148, "hale".getBytes(StandardCharsets.US_ASCII));
    if (two) {
      b.putLong(168, b.capacity());
      b.putInt(344, place.qformCode()).putInt(348, place.sformCode());
      b.putInt(500, place.xyztUnits());
    } else {
      b.putFloat(108, b.capacity());
      b.putShort(252, (short) place.qformCode()).putShort(254, (short) place.sformCode());
      b.put(123, (byte) place.xyztUnits());
    }
    return b.array();
  }

  private static void putReal(ByteBuffer b, boolean two, int at, double value) {
    if (two) {
      b.putDouble(at, value);
    } else {
      b.putFloat(at, (float) value);
    }
  }
}
