package dev.hale.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
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

  /**
   * A checkpoint that shares the memory of the given tensors. The caller still closes (or scopes)
   * its own handles.
   *
   * @param metadata texts by key; the key {@code config} holds the architecture as JSON
   */
  public Checkpoint(Map<String, Tensor> tensors, Map<String, String> metadata) {
    Engine.load();
    tensors.forEach(this.tensors::put);
    this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
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

  /** Frees the tensors. Closing again does nothing. */
  @Override
  public void close() {
    tensors.close();
  }
}
