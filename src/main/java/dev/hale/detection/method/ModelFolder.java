package dev.hale.detection.method;

import dev.hale.detection.DetectorOptions;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.Fingerprint;
import dev.hale.engine.kernels.Kernels;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * A model folder while a method of it is open: knows the files of its networks, writes down what
 * they are, and closes them.
 */
public final class ModelFolder implements AutoCloseable {
  private final Path folder;
  private final DetectorOptions options;
  private final Kernels kernels;
  private final ChainCache chains;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final Map<String, String> provenance = new LinkedHashMap<>();
  private long bytesPerSlice;

  /**
   * Nothing of it is open yet.
   *
   * @param options with a precision that the kernels have
   * @param kernels of the options' device
   */
  public ModelFolder(Path folder, DetectorOptions options, Kernels kernels, ChainCache chains) {
    this.folder = folder;
    this.options = options;
    this.kernels = kernels;
    this.chains = chains;
  }

  /** Where and how its networks compute. */
  public DetectorOptions options() {
    return options;
  }

  /** The kernels of that device. */
  public Kernels kernels() {
    return kernels;
  }

  /** Where its deterministic chains lead. */
  public ChainCache chains() {
    return chains;
  }

  /**
   * Opens a network, which is closed with this; writes down the SHA-256 of its file.
   *
   * @param name of its file without {@code .safetensors}
   * @param key of the checksum in a map's provenance
   * @throws CheckpointException where there is none, or it cannot be read
   */
  public <T extends AutoCloseable> T open(String name, String key, Function<Path, T> read) {
    T network = open(name, read);
    note(key, Fingerprint.sha256(file(name)));
    return network;
  }

  /** The same for a network that knows its file's SHA-256, which is for the caller to note. */
  <T extends AutoCloseable> T open(String name, Function<Path, T> read) {
    T network = read.apply(file(name));
    opened.push(network);
    return network;
  }

  private Path file(String name) {
    return folder.resolve(name + ".safetensors");
  }

  /** Writes down what a map depends on; everything, or results could not be told apart. */
  public void note(String key, Object value) {
    provenance.put(key, String.valueOf(value));
  }

  /** Says how much memory a network of it takes for each slice of a batch, in bytes. */
  void takes(long bytes) {
    bytesPerSlice = Math.max(bytesPerSlice, bytes);
  }

  /**
   * About how much memory each slice of a batch takes while its networks compute, in bytes; 0 where
   * none has said.
   */
  public long bytesPerSlice() {
    return bytesPerSlice;
  }

  /** What was written down, in order. */
  public Map<String, String> provenance() {
    return Collections.unmodifiableMap(provenance);
  }

  /**
   * Throws where calibration has left something open.
   *
   * @param what such as {@code weight of fusion is}
   */
  public void requireMeasured(DetectionMethod<?> method, String what, Object valueOrNull) {
    if (valueOrNull == null) {
      throw new CheckpointException(
          "%s: no %s stored with the model; calibrate %s first"
              .formatted(folder, what, method.name()));
    }
  }

  /** Frees all networks, the last one first. */
  @Override
  public void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException(e); // closing weights throws nothing checked
      }
    }
  }
}
