package dev.hale.engine;

import dev.hale.engine.StateDictUnpickler.Storage;
import dev.hale.engine.StateDictUnpickler.View;
import dev.hale.io.FileFailure;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * State dicts as {@code torch.save} writes them since PyTorch 1.6: a zip of one pickle and one
 * uncompressed entry for each storage. No code of the file is ever run: see {@link
 * StateDictUnpickler}.
 */
public final class PyTorchCheckpoint {
  /** Some 40,000 tensors; a network of 100 million parameters has some 600. */
  private static final int MAX_PICKLE = 8 << 20;

  private final ZipFile zip;
  private final String root;
  private final Map<Storage, Tensor> storages = new HashMap<>();

  private PyTorchCheckpoint(ZipFile zip, String root) {
    this.zip = zip;
    this.root = root;
  }

  /**
   * Reads a state dict, also one among other things, as in {@code {"state_dict": …, "epoch": 3}}.
   * Tensors that shared memory share it here too.
   *
   * @param key name of the dict to take, with dots where dicts lie within dicts; empty for the
   *     usual one
   * @return the tensors in order; no metadata
   * @throws CheckpointException if it is damaged, compressed, big-endian, or holds no such dict of
   *     tensors
   */
  public static Checkpoint read(Path file, Optional<String> key) {
    Engine.load();
    try (ZipFile zip = new ZipFile(file.toFile());
        var scope = new Scope()) {
      var checkpoint = new PyTorchCheckpoint(zip, checkEntries(zip, Files.size(file)));
      return checkpoint.read(key);
    } catch (CheckpointException e) {
      throw new CheckpointException("%s: %s".formatted(file, e.getMessage()), e);
    } catch (NoClassDefFoundError e) {
      throw new CheckpointException(
          "%s: a PyTorch checkpoint, which is read with net.razorvine:pickle; it is not on the class path"
              .formatted(file),
          e);
    } catch (ZipException | EOFException e) {
      throw new CheckpointException(
          "%s: a damaged zip: %s".formatted(file, UntrustedText.shown(FileFailure.reason(e))), e);
    } catch (IOException e) {
      throw Checkpoint.unreadable(file, e);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      // java.util.zip meets some damage this way.
      throw new CheckpointException(
          "%s: a damaged zip: %s"
              .formatted(file, UntrustedText.shown(String.valueOf(e.getMessage()))),
          e);
    }
  }

  /**
   * Checks all entries before any is read, so that a small file cannot unfold into a large one.
   *
   * @return the path in front of {@code data.pkl}
   */
  private static String checkEntries(ZipFile zip, long fileSize) {
    Map<String, ZipEntry> entries = new HashMap<>();
    String root = null;
    long total = 0;
    for (ZipEntry entry : zip.stream().toList()) {
      String name = entry.getName();
      if (entries.put(name, entry) != null) {
        throw new CheckpointException("two zip entries are named " + UntrustedText.shown(name));
      }
      if (entry.getMethod() != ZipEntry.STORED || entry.getSize() != entry.getCompressedSize()) {
        throw new CheckpointException(
            "zip entry %s is compressed, as PyTorch never does"
                .formatted(UntrustedText.shown(name)));
      }
      total += entry.getSize();
      if (entry.getSize() < 0 || total < 0 || total > fileSize) {
        throw new CheckpointException("its zip entries claim more bytes than the file has");
      }
      if (name.equals("data.pkl") || name.endsWith("/data.pkl")) {
        if (root != null) {
          throw new CheckpointException("it holds more than one data.pkl");
        }
        root = name.substring(0, name.length() - "data.pkl".length());
      }
    }
    if (root == null) {
      throw new CheckpointException("a zip, but no PyTorch checkpoint: it holds no data.pkl");
    }
    return root;
  }

  private Checkpoint read(Optional<String> key) throws IOException {
    ZipEntry byteOrder = zip.getEntry(root + "byteorder");
    if (byteOrder != null && !"little".equals(text(byteOrder))) {
      throw new CheckpointException("it was written on a big-endian machine, which is not read");
    }
    StateDict found = StateDict.find(StateDictUnpickler.unpickle(bytes(root + "data.pkl")), key);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, View> entry : found.tensors().entrySet()) {
      try {
        tensors.put(entry.getKey(), materialise(entry.getValue()));
      } catch (CheckpointException e) {
        throw new CheckpointException(
            "tensor \"%s\": %s".formatted(UntrustedText.shown(entry.getKey()), e.getMessage()), e);
      }
    }
    return new Checkpoint(tensors, Map.of(), found.origin());
  }

  private Tensor materialise(View view) throws IOException {
    Storage storage = view.storage();
    long[] shape = view.shape();
    long[] stride = view.stride();
    long count = storage.type().count(shape);
    if (stride.length != shape.length || view.offset() < 0) {
      throw new CheckpointException(
          "shape %s, strides %s and offset %d do not go together"
              .formatted(Arrays.toString(shape), Arrays.toString(stride), view.offset()));
    }
    // A view that repeats its numbers could be of any size: networks have none.
    if (count > storage.count() || lastIndex(view, count) >= storage.count()) {
      throw new CheckpointException(
          "shape %s with strides %s from %d reaches beyond its storage of %d numbers"
              .formatted(
                  Arrays.toString(shape), Arrays.toString(stride), view.offset(), storage.count()));
    }
    Tensor numbers = storages.get(storage);
    if (numbers == null) {
      numbers = load(storage);
      storages.put(storage, numbers);
    }
    if (count == 0) {
      return TensorBytes.allocate(storage.type(), shape);
    }
    return shape.length == 0
        ? numbers.select(0, view.offset())
        : numbers.as_strided(shape, stride, new LongOptional(view.offset()));
  }

  /** Index of the furthest number that the view touches; -1 for a view of none. */
  private static long lastIndex(View view, long count) {
    if (count == 0) {
      return -1;
    }
    long last = view.offset();
    for (int axis = 0; axis < view.shape().length; axis++) {
      long stride = view.stride()[axis];
      if (stride < 0) {
        throw new CheckpointException("a stride is negative: " + stride);
      }
      try {
        last = Math.addExact(last, Math.multiplyExact(view.shape()[axis] - 1, stride));
      } catch (ArithmeticException e) {
        throw new CheckpointException("a stride is too large: " + stride, e);
      }
    }
    return last;
  }

  private Tensor load(Storage storage) throws IOException {
    String name = root + "data/" + storage.key();
    ZipEntry entry = entry(name);
    long[] shape = {storage.count()};
    long bytes = storage.type().count(shape) * storage.type().bytes();
    if (bytes != entry.getSize()) {
      throw new CheckpointException(
          "its storage of %d numbers %s needs %d bytes, the entry has %d"
              .formatted(storage.count(), storage.type(), bytes, entry.getSize()));
    }
    Tensor numbers = TensorBytes.allocate(storage.type(), shape);
    try (InputStream in = zip.getInputStream(entry)) {
      long crc = TensorBytes.read(Channels.newChannel(in), numbers);
      checkCrc(entry, crc);
    }
    return numbers;
  }

  private byte[] bytes(String name) throws IOException {
    ZipEntry entry = entry(name);
    if (entry.getSize() > MAX_PICKLE) {
      throw new CheckpointException(
          "its pickle has %d bytes; %d are allowed".formatted(entry.getSize(), MAX_PICKLE));
    }
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readAllBytes();
      var crc = new CRC32();
      crc.update(bytes);
      checkCrc(entry, crc.getValue());
      return bytes;
    }
  }

  private String text(ZipEntry entry) throws IOException {
    return new String(bytes(entry.getName()), StandardCharsets.US_ASCII).strip();
  }

  private ZipEntry entry(String name) {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new CheckpointException("zip entry %s is missing".formatted(UntrustedText.shown(name)));
    }
    return entry;
  }

  /** PyTorch can be told to write no checksums; it then writes 0. */
  private static void checkCrc(ZipEntry entry, long found) {
    if (entry.getCrc() != 0 && entry.getCrc() != found) {
      throw new CheckpointException(
          "zip entry %s is damaged: its checksum is wrong"
              .formatted(UntrustedText.shown(entry.getName())));
    }
  }
}
