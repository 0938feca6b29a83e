package dev.hale.training;

import dev.hale.engine.ComputeThreads;
import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * The gradient of a batch from those of its parts, some of which are computed side by side. They
 * are added up in float32 in the order of the parts, so that neither the number of workers nor
 * their speed changes a bit.
 *
 * @param workers that compute them
 * @param total by parameter, what they add to
 */
record GradientParts(ComputeThreads workers, Map<String, Tensor> total) {
  /** How a part's gradient comes to be. */
  interface Part {
    /** Leaves the gradient of a part in its leaves, in the thread of a worker. */
    void differentiate(int part, Parameters leaves);
  }

  /**
   * Adds the gradients of the parts 0, 1, ….
   *
   * @param weights that are computed with, as a {@link ComputeWeights} makes them
   */
  void add(int parts, Parameters weights, Part part) {
    Turns turns = new Turns();
    List<Runnable> work = new ArrayList<>();
    for (int number = 0; number < parts; number++) {
      int mine = number;
      work.add(() -> add(mine, weights, part, turns));
    }
    workers.runAll(work);
  }

  private void add(int number, Parameters weights, Part part, Turns turns) {
    try (Scope scope = new Scope();
        Parameters leaves = leaves(weights)) {
      part.differentiate(number, leaves);
      if (turns.await(number)) {
        add(leaves);
        turns.pass();
      }
    } catch (RuntimeException | Error e) {
      turns.end();
      throw e;
    }
  }

  private void add(Parameters leaves) {
    try (NoGradGuard noGrad = new NoGradGuard()) {
      leaves
          .asMap()
          .forEach(
              (name, leaf) -> {
                if (leaf.grad().defined()) {
                  total.get(name).add_(leaf.grad());
                }
              });
    }
  }

  /** The same weights, sharing their memory, with gradients of their own. */
  private static Parameters leaves(Parameters weights) {
    Map<String, Tensor> leaves = new LinkedHashMap<>();
    weights
        .asMap()
        .forEach((name, values) -> leaves.put(name, values.detach().requires_grad_(true)));
    return Parameters.of(leaves);
  }

  /** Whose turn it is to add. */
  private static final class Turns {
    private int next;
    private boolean over;

    /** Returns when it is that part's turn, or false when another has failed, which says why. */
    synchronized boolean await(int number) {
      boolean interrupted = false;
      while (next != number && !over) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return !over;
    }

    synchronized void pass() {
      next++;
      notifyAll();
    }

    synchronized void end() {
      over = true;
      notifyAll();
    }
  }
}
