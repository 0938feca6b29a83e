package dev.hale.io;

import dev.hale.scan.DataException;
import java.nio.ByteBuffer;

/** The voxel types of NIfTI that hold one real number, with their codes and how to read one. */
enum NiftiType {
  UINT8(2, 1),
  INT16(4, 2),
  INT32(8, 4),
  FLOAT32(16, 4),
  FLOAT64(64, 8),
  INT8(256, 1),
  UINT16(512, 2),
  UINT32(768, 4),
  INT64(1024, 8),
  UINT64(1280, 8);

  final int code;
  final int bytes;

  NiftiType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  static NiftiType ofCode(int code) {
    for (NiftiType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    String known =
        switch (code) {
          case 1 -> " (one bit a voxel)";
          case 32, 1792, 2048 -> " (complex numbers)";
          case 128, 2304 -> " (colours)";
          case 1536 -> " (128-bit floats)";
          default -> "";
        };
    throw new DataException(
        "voxel type %d%s is not supported; convert it to float32".formatted(code, known));
  }

  /** The number at a byte position, in the buffer's byte order. */
  double get(ByteBuffer buffer, int at) {
    return switch (this) {
      case UINT8 -> buffer.get(at) & 0xff;
      case INT8 -> buffer.get(at);
      case INT16 -> buffer.getShort(at);
      case UINT16 -> buffer.getShort(at) & 0xffff;
      case INT32 -> buffer.getInt(at);
      case UINT32 -> buffer.getInt(at) & 0xffffffffL;
      case INT64 -> (double) buffer.getLong(at);
      case UINT64 -> unsigned(buffer.getLong(at));
      case FLOAT32 -> buffer.getFloat(at);
      case FLOAT64 -> buffer.getDouble(at);
    };
  }

  /** The lowest bit is folded in so that halving rounds as the full number would. */
  private static double unsigned(long bits) {
    return bits >= 0 ? (double) bits : (double) ((bits >>> 1) | (bits & 1)) * 2;
  }
}
