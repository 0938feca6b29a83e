package dev.hale.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Builds PyTorch files by hand, opcode by opcode, honest and hostile ones. */
public final class TorchFile {
  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private int method = ZipEntry.STORED;

  public static TorchFile of(byte[] pickle) {
    return new TorchFile().with("data.pkl", pickle).with("byteorder", ascii("little"));
  }

  public TorchFile with(String name, byte[] content) {
    entries.put("archive/" + name, content);
    return this;
  }

  TorchFile without(String name) {
    entries.remove("archive/" + name);
    return this;
  }

  public TorchFile floats(String key, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return with("data/" + key, bytes.array());
  }

  TorchFile compressed() {
    method = ZipEntry.DEFLATED;
    return this;
  }

  public byte[] bytes() {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> named : entries.entrySet()) {
        var entry = new ZipEntry(named.getKey());
        entry.setMethod(method);
        entry.setTimeLocal(LocalDateTime.of(2000, 1, 1, 0, 0));
        if (method == ZipEntry.STORED) {
          var crc = new CRC32();
          crc.update(named.getValue());
          entry.setSize(named.getValue().length);
          entry.setCrc(crc.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(named.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A pickle under construction: protocol 2, as PyTorch writes it. */
  public static final class Pickle {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public Pickle() {
      op(0x80).op(2);
    }

    Pickle op(int value) {
      out.write(value);
      return this;
    }

    public Pickle raw(String latin1) {
      out.writeBytes(ascii(latin1));
      return this;
    }

    Pickle global(String module, String name) {
      return raw("c" + module + "\n" + name + "\n");
    }

    public Pickle text(String value) {
      byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
      raw("X").int32(utf8.length);
      out.writeBytes(utf8);
      return this;
    }

    Pickle int32(int value) {
      out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
      return this;
    }

    Pickle integer(long value) {
      if (value == (int) value) {
        return raw("J").int32((int) value);
      }
      op(0x8a).op(8);
      out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
      return this;
    }

    Pickle tuple(long... values) {
      raw("(");
      for (long value : values) {
        integer(value);
      }
      return raw("t");
    }

    public Pickle orderedDict() {
      return global("collections", "OrderedDict").raw(")R");
    }

    /** A dict of float32 tensors {@code [1]} of those names, all over the first number of "0". */
    Pickle state(String... names) {
      orderedDict().raw("(");
      for (String name : names) {
        text(name).tensor("0", 1, 0, new long[] {1}, new long[] {1});
      }
      return raw("u");
    }

    /** A float32 tensor without dimensions over the same number. */
    Pickle number() {
      return tensor("0", 1, 0, new long[0], new long[0]);
    }

    /** A tensor of float32. */
    public Pickle tensor(String key, long storageCount, long offset, long[] shape, long[] stride) {
      return tensor("FloatStorage", key, storageCount, offset, shape, stride);
    }

    public Pickle tensor(
        String storageClass,
        String key,
        long storageCount,
        long offset,
        long[] shape,
        long[] stride) {
      global("torch._utils", "_rebuild_tensor_v2").raw("((");
      text("storage").global("torch", storageClass).text(key).text("cpu").integer(storageCount);
      raw("tQ").integer(offset).tuple(shape).tuple(stride).op(0x89).orderedDict();
      return raw("tR");
    }

    public byte[] stop() {
      raw(".");
      return out.toByteArray();
    }
  }
}
