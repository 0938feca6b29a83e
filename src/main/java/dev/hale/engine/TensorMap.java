package dev.hale.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Named tensors in order, and the ownership of them, whatever scope is open meanwhile. */
final class TensorMap implements AutoCloseable {
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private boolean closed;

  /** Adds a handle of our own to that tensor's memory; the caller's handle stays the caller's. */
  void put(String name, Tensor tensor) {
    Tensor own = new Tensor(tensor);
    // A scope that is open here holds a count too; this one keeps the tensor when it closes.
    own.retainReference();
    Tensor previous = tensors.put(name, own);
    if (previous != null) {
      previous.close();
    }
  }

  /** Read-only, in order. */
  synchronized Map<String, Tensor> open() {
    if (closed) {
      throw new IllegalStateException("these tensors are closed");
    }
    return Collections.unmodifiableMap(tensors);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      tensors.values().forEach(Tensor::close);
    }
  }
}
