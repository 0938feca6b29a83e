package dev.hale.engine;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Set;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Owns every native object made on this thread until it is closed, then frees them at once; garbage
 * collection comes too late for native memory. What must outlive the scope is handed out with
 * {@link #keep}:
 *
 * <pre>{@code
 * try (var scope = new Scope()) {
 *   Tensor hidden = x.matmul(weight);
 *   return scope.keep(hidden.relu());
 * }
 * }</pre>
 *
 * Scopes nest. A scope belongs to the thread that opened it.
 */
public final class Scope implements AutoCloseable {
  static {
    Engine.load();
  }

  private final Thread thread = Thread.currentThread();
  private final Frame frame = new Frame();

  /** Opens a scope inside the innermost one of this thread, if there is one. */
  public Scope() {}

  /**
   * Hands a tensor out of this scope: to the enclosing scope of this thread, or, where there is
   * none, to the caller, who then closes it. A tensor that this scope does not own outlives it
   * anyway and is returned as it is; an element of a {@code TensorVector} comes back as a tensor of
   * its own, because the vector is freed with the scope.
   *
   * @return the tensor, valid after this scope is closed
   * @throws IllegalStateException if this scope or the tensor is closed, or the thread is not the
   *     scope's own
   */
  public Tensor keep(Tensor tensor) {
    if (frame.closed) {
      throw new IllegalStateException("the scope is closed");
    }
    if (Thread.currentThread() != thread) {
      throw new IllegalStateException(
          "the scope belongs to thread %s, not to %s"
              .formatted(thread.getName(), Thread.currentThread().getName()));
    }
    if (tensor.isNull()) {
      throw new IllegalStateException("the tensor is closed");
    }
    // No reference count: a reference into a native container that owns the tensor.
    Tensor kept = tensor.referenceCount() < 0 ? new Tensor(tensor) : tensor;
    frame.handOut(kept);
    return kept;
  }

  /** Frees what this scope owns. Closing again does nothing. */
  @Override
  public void close() {
    frame.close();
  }

  /** Looks up what it owns by identity: JavaCPP's own scope compares addresses, one by one. */
  private static final class Frame extends PointerScope {
    private final Set<Pointer> owned = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean closed;
    private int sweepAt = 1024;

    @Override
    public PointerScope attach(Pointer pointer) {
      if (closed) {
        // JavaCPP takes this as "not mine" and asks the next scope outwards.
        throw new IllegalArgumentException("the scope is closed");
      }
      if (owned.size() >= sweepAt) {
        // What its user has closed already would otherwise pile up in a scope that lives long.
        owned.removeIf(other -> other.isNull() && other.referenceCount() < 0);
        sweepAt = Math.max(sweepAt, 2 * owned.size());
      }
      if (owned.add(pointer)) {
        pointer.retainReference();
      }
      return this;
    }

    @Override
    public PointerScope detach(Pointer pointer) {
      if (owned.remove(pointer)) {
        pointer.releaseReference();
      }
      return this;
    }

    void handOut(Pointer pointer) {
      if (!owned.remove(pointer)) {
        return;
      }
      // The count that this scope held passes to the outer scope, or stays for the caller's close.
      PointerScope outer = enclosing();
      if (outer != null) {
        outer.attach(pointer);
        pointer.releaseReference();
      }
    }

    private PointerScope enclosing() {
      boolean passed = false;
      for (Iterator<PointerScope> scopes = PointerScope.getScopeIterator(); scopes.hasNext(); ) {
        PointerScope scope = scopes.next();
        if (passed && !(scope instanceof Frame frame && frame.closed)) {
          return scope;
        }
        passed |= scope == this;
      }
      return null;
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        owned.forEach(Pointer::releaseReference);
        owned.clear();
      }
      super.close();
    }
  }
}
