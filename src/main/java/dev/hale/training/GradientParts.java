package dev.hale.training;

import dev.hale.engine.ComputeThreads;
import dev.hale.engine.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * The gradient of a batch from those of its parts, some of which are computed side by side, each
 * worker with a vector of its own. They are added up in the order of the parts, so that neither the
 * number of workers nor their speed changes a bit.
 */
final class GradientParts implements AutoCloseable {
  private final TrainingState state;
  private final ComputeThreads workers;
  private final BlockingQueue<Leaves> free = new LinkedBlockingQueue<>();

  /**
   * Parts of batches of one training.
   *
   * @param state whose gradient they add to; stays the caller's
   * @param workers that compute them; stay the caller's
   */
  GradientParts(TrainingState state, ComputeThreads workers) {
    this.state = state;
    this.workers = workers;
    for (int worker = 0; worker < workers.count() && !workers.isCaller(); worker++) {
      free.add(state.furtherLeaves());
    }
  }

  /** How a part's gradient comes to be. */
  interface Part {
    /** Adds the gradient of a part to that of the leaves, in the thread of a worker. */
    void differentiate(int part, Leaves leaves);
  }

  /** Adds the gradients of the parts 0, 1, … to the state's. */
  void add(int parts, Part part) {
    if (workers.isCaller()) {
      for (int number = 0; number < parts; number++) {
        part.differentiate(number, state.leaves());
      }
      return;
    }
    Turns turns = new Turns();
    List<Runnable> work = new ArrayList<>();
    for (int number = 0; number < parts; number++) {
      int mine = number;
      work.add(() -> add(mine, part, turns));
    }
    workers.runAll(work);
  }

  private void add(int number, Part part, Turns turns) {
    Leaves leaves = free.remove(); // there are as many as workers
    try (Scope scope = new Scope()) {
      leaves.gradient().zero_();
      part.differentiate(number, leaves);
      turns.await(number);
      try (NoGradGuard noGrad = new NoGradGuard()) {
        state.gradient().add_(leaves.gradient());
      }
      turns.pass();
    } catch (RuntimeException | Error e) {
      turns.end();
      throw e;
    } finally {
      free.add(leaves);
    }
  }

  @Override
  public void close() {
    for (Leaves leaves : free) {
      Tensor gradient = leaves.gradient();
      leaves.close();
      gradient.close();
    }
  }

  /** Whose turn it is to add. */
  private static final class Turns {
    private int next;
    private boolean over;

    synchronized void await(int number) {
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
      if (over) {
        throw new CancellationException("another part of the batch has failed");
      }
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
