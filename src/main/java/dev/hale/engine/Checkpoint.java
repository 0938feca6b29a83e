package dev.hale.engine;

import dev.hale.io.FileFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/**
 * The content of a model file: tensors by name, and metadata. It owns its tensors, also when it is
 * made inside a {@link Scope}, and frees them when it is closed; using it afterwards throws {@link
 * IllegalStateException}.
 */
public final class Checkpoint implements AutoCloseable {
  private final TensorMap tensors = new TensorMap();
  private final Map<String, String> metadata;
  private final Origin origin;

  /**
   * Where in its file a checkpoint's tensors were.
   *
   * @param key name of the dict that was taken, with dots where dicts lie within dicts; empty where
   *     the file holds the tensors themselves
   * @param others names of other dicts of tensors in the file
   * @param leftOut names beside the tensors of what is none
   */
  public record Origin(String key, List<String> others, List<String> leftOut) {
    static final Origin FILE = new Origin("", List.of(), List.of());

    public Origin {
      others = List.copyOf(others);
      leftOut = List.copyOf(leftOut);
    }
  }

  /**
   * A checkpoint that shares the memory of the given tensors. The caller still closes (or scopes)
   * its own handles.
   *
   * @param metadata texts by key; the key {@code config} holds the architecture as JSON
   */
  public Checkpoint(Map<String, Tensor> tensors, Map<String, String> metadata) {
    this(tensors, metadata, Origin.FILE);
  }

  Checkpoint(Map<String, Tensor> tensors, Map<String, String> metadata, Origin origin) {
    Engine.load();
    tensors.forEach(this.tensors::put);
    this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    this.origin = origin;
  }

  /**
   * Reads a model file: safetensors, or a state dict as PyTorch's {@code torch.save} writes it,
   * alone or in a dict with other things. The content decides which, not the name.
   *
   * @throws CheckpointException if the file cannot be read, is of another format, is damaged, or
   *     holds no tensors by name, or several dicts of them of which none has a usual name
   */
  public static Checkpoint read(Path file) {
    return read(file, Optional.empty());
  }

  /**
   * Reads a model file.
   *
   * @param key name of the dict of tensors to take from a PyTorch checkpoint, with dots where dicts
   *     lie within dicts; empty for the usual one
   * @throws CheckpointException also if there is no dict of tensors of that name
   */
  public static Checkpoint read(Path file, Optional<String> key) {
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(Long.BYTES + 1);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    boolean zip = startsWith(start, 'P', 'K', 3, 4);
    // The length of a zip's first header field may look like that of a safetensors header.
    if (start.length > Long.BYTES && start[Long.BYTES] == '{') {
      if (key.isPresent()) {
        throw new CheckpointException(
            "%s: a safetensors file, which holds tensors and no dict called \"%s\""
                .formatted(file, UntrustedText.shown(key.get())));
      }
      return SafeTensors.read(file);
    }
    if (zip) {
      return PyTorchCheckpoint.read(file, key);
    }
    if (startsWith(start, 0x80) || startsWith(start, '(')) {
      throw new CheckpointException(
          ("%s: a bare pickle, or PyTorch's format before 1.6, which is not read:"
                  + " load it in PyTorch and save its state_dict() anew")
              .formatted(file));
    }
    throw new CheckpointException(
        "%s: neither a safetensors file nor a PyTorch checkpoint".formatted(file));
  }

  private static boolean startsWith(byte[] bytes, int... start) {
    if (bytes.length < start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if (bytes[i] != (byte) start[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Writes this checkpoint as a safetensors file.
   *
   * @throws dev.hale.scan.DataException if it cannot be written
   * @see SafeTensors#write
   */
  public void write(Path file) {
    SafeTensors.write(file, tensors(), metadata);
  }

  static CheckpointException unreadable(Path file, IOException e) {
    return new CheckpointException(
        "%s cannot be read: %s".formatted(file, UntrustedText.shown(FileFailure.reason(e))), e);
  }

  /**
   * The tensor of that name; it stays owned by this checkpoint.
   *
   * @throws CheckpointException if there is none
   */
  public Tensor get(String name) {
    Tensor tensor = tensors.open().get(name);
    if (tensor == null) {
      throw new CheckpointException("the checkpoint has no tensor \"%s\"".formatted(name));
    }
    return tensor;
  }

  /** The names in order. */
  public Set<String> names() {
    return tensors.open().keySet();
  }

  /** Name to tensor, in order, read-only; the tensors stay owned by this checkpoint. */
  public Map<String, Tensor> tensors() {
    return tensors.open();
  }

  /** Texts by key, read-only. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** Where in the file the tensors were. */
  public Origin origin() {
    return origin;
  }

  /** Frees the tensors. Closing again does nothing. */
  @Override
  public void close() {
    tensors.close();
  }
}
