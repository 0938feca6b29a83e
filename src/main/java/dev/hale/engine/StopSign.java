package dev.hale.engine;

import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Lets what a thread computes be ended between two calls of a network. Who begins the work says
 * when nobody wants it any more, and every network looks before it computes.
 */
public final class StopSign {
  private static final ThreadLocal<BooleanSupplier> SIGNS = new ThreadLocal<>();

  private StopSign() {}

  /**
   * Does work of this thread that may be ended.
   *
   * @param up whether it shall end; asked by this thread
   * @throws CancellationException where it was
   */
  public static <T> T heededBy(Supplier<T> work, BooleanSupplier up) {
    BooleanSupplier outer = SIGNS.get();
    SIGNS.set(up);
    try {
      return work.get();
    } finally {
      if (outer == null) {
        SIGNS.remove();
      } else {
        SIGNS.set(outer);
      }
    }
  }

  /**
   * For networks, before each call.
   *
   * @throws CancellationException if what this thread computes shall end
   */
  public static void heed() {
    BooleanSupplier up = SIGNS.get();
    if (up != null && up.getAsBoolean()) {
      throw new CancellationException("nobody waits for this any more");
    }
  }
}
