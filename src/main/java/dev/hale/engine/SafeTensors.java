package dev.hale.engine;

import dev.hale.io.AtomicFile;
import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * The safetensors format: a little-endian length, a JSON header of that length, the data. It holds
 * numbers and names only, so reading a file can run no code.
 *
 * @see <a href="https://github.com/huggingface/safetensors">the format</a>
 */
public final class SafeTensors {
  /** The limit of the reference implementation. */
  static final int MAX_HEADER = 100_000_000;

  private SafeTensors() {}

  /**
   * Reads a file into memory of LibTorch's own; the file is not held afterwards.
   *
   * @throws CheckpointException if it cannot be read or is not valid in every byte
   */
  public static Checkpoint read(Path file) {
    Engine.load();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        var scope = new Scope()) {
      long size = channel.size();
      if (size < Long.BYTES) {
        throw new CheckpointException("it has %d bytes, too few".formatted(size));
      }
      long headerLength = readFully(channel, Long.BYTES).getLong();
      if (headerLength < 2 || headerLength > MAX_HEADER || headerLength > size - Long.BYTES) {
        throw new CheckpointException(
            "its header would take %s bytes, the file has %d"
                .formatted(Long.toUnsignedString(headerLength), size));
      }
      long start = Long.BYTES + headerLength;
      SafeTensorsHeader header =
          SafeTensorsHeader.parse(
              readFully(channel, Math.toIntExact(headerLength)).array(), size - start);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (Map.Entry<String, SafeTensorsHeader.Entry> named : header.entries().entrySet()) {
        SafeTensorsHeader.Entry entry = named.getValue();
        Tensor tensor = TensorBytes.allocate(entry.type(), entry.shape());
        channel.position(start + entry.begin());
        TensorBytes.read(channel, tensor);
        tensors.put(named.getKey(), tensor);
      }
      return new Checkpoint(tensors, header.metadata());
    } catch (CheckpointException e) {
      throw new CheckpointException("%s: %s".formatted(file, e.getMessage()), e);
    } catch (IOException e) {
      throw Checkpoint.unreadable(file, e);
    }
  }

  private static ByteBuffer readFully(FileChannel channel, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new CheckpointException("it became shorter while it was read");
      }
    }
    return buffer.flip();
  }

  /**
   * Writes a file, all of it at once, and waits until it is on the disk ({@link AtomicFile}). The
   * same content gives the same bytes. Tensors may lie on any device and in any memory order.
   *
   * @throws CheckpointException if model files have no such name or number format
   * @throws DataException if the file cannot be written, or something other than a file is there
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
    Engine.load();
    SafeTensorsHeader header = header(tensors, metadata);
    AtomicFile.writeChannel(
        file,
        channel -> {
          byte[] json = header.toJson();
          ByteBuffer head =
              ByteBuffer.allocate(Long.BYTES + json.length).order(ByteOrder.LITTLE_ENDIAN);
          head.putLong(json.length).put(json).flip();
          while (head.hasRemaining()) {
            channel.write(head);
          }
          for (String name : inDataOrder(tensors)) {
            try (var scope = new Scope();
                var noGrad = new NoGradGuard()) {
              Tensor tensor = tensors.get(name).detach();
              Tensor onCpu = tensor.to(Device.CPU.torch(), tensor.scalar_type());
              TensorBytes.write(onCpu.contiguous(), channel);
            }
          }
          channel.force(true);
        });
  }

  private static SafeTensorsHeader header(
      Map<String, Tensor> tensors, Map<String, String> metadata) {
    if (tensors.containsKey(SafeTensorsHeader.METADATA)) {
      throw new CheckpointException(
          "no tensor may be named \"%s\"".formatted(SafeTensorsHeader.METADATA));
    }
    Map<String, SafeTensorsHeader.Entry> placed = new HashMap<>();
    long begin = 0;
    for (String name : inDataOrder(tensors)) {
      ElementType type = ElementType.of(tensors.get(name));
      long[] shape = Parameters.shape(tensors.get(name));
      long end = begin + type.count(shape) * type.bytes();
      placed.put(name, new SafeTensorsHeader.Entry(type, shape, begin, end));
      begin = end;
    }
    Map<String, SafeTensorsHeader.Entry> entries = new LinkedHashMap<>();
    tensors.keySet().forEach(name -> entries.put(name, placed.get(name)));
    return new SafeTensorsHeader(entries, new TreeMap<>(metadata)); // any order gives one file
  }

  /** Wide numbers first, so that each tensor is aligned to its own numbers. */
  private static List<String> inDataOrder(Map<String, Tensor> tensors) {
    List<String> names = new ArrayList<>(tensors.keySet());
    names.sort(
        Comparator.comparingInt((String name) -> ElementType.of(tensors.get(name)).bytes())
            .reversed());
    return names;
  }
}
