package dev.hale.training.processes;

import dev.hale.engine.Device;
import dev.hale.engine.Scope;
import dev.hale.training.Processes;
import dev.hale.training.TrainingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.AllreduceOptions;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * One of several processes that train a network together, over Gloo (CPU) or NCCL (CUDA). Gradients
 * travel in buckets; every sum is formed once, in ring order, so all processes get the same bits. A
 * process that ends or falls silent ends the training in all of them with a {@link
 * TrainingException}. For one thread at a time.
 */
public final class ProcessGroup implements Processes, AutoCloseable {
  /** Numbers of a bucket: 25 MB of float32, as other implementations have it. */
  static final long BUCKET = 25 * 1024 * 1024 / 4;

  /** How long a living process may be away from the common work, say to validate. */
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  private static final String RESUME = "; the run can be resumed from its last checkpoint";

  /** What a process is about to do, with the number that it tells the others; all must agree. */
  private enum Call {
    MEAN(1),
    BARRIER(2),
    GRADIENTS(3);

    private final int number;

    Call(int number) {
      this.number = number;
    }

    static String name(double number) {
      return number == MEAN.number
          ? "a mean"
          : number == BARRIER.number ? "a barrier" : "gradients";
    }
  }

  private final Rendezvous meeting;
  private final Device device;
  private final TCPStore store;
  private final Heartbeat heartbeat;
  private final Backend group;
  private TrainingException failure;
  private boolean inFlight;
  private boolean closed;

  private ProcessGroup(
      Rendezvous meeting, Device device, TCPStore store, Heartbeat heartbeat, Backend group) {
    this.meeting = meeting;
    this.device = device;
    this.store = store;
    this.heartbeat = heartbeat;
    this.group = group;
  }

  /**
   * Meets the other processes; returns when all have come.
   *
   * @param device where the gradients are: the CPU or a GPU
   * @throws TrainingException if they do not come in time or do not fit together (world size,
   *     rank), if rank 0 cannot listen, or the others cannot reach it
   * @throws dev.hale.engine.DeviceException if the device is absent or lacks NCCL
   */
  public static ProcessGroup connect(Rendezvous meeting, Device device) {
    device.requireAvailable();
    TCPStore store = Sockets.open(meeting);
    Heartbeat heartbeat = null;
    boolean connected = false;
    try {
      new Roster(meeting, store).meet();
      heartbeat = new Heartbeat(meeting);
      Backend group = Backends.open(meeting, store, device, PATIENCE);
      connected = true;
      return new ProcessGroup(meeting, device, store, heartbeat, group);
    } finally {
      if (!connected) {
        if (heartbeat != null) {
          heartbeat.leave(false);
          heartbeat.join();
        }
        store.releaseReference();
      }
    }
  }

  @Override
  public int rank() {
    return meeting.rank();
  }

  @Override
  public int size() {
    return meeting.size();
  }

  /**
   * {@inheritDoc}
   *
   * @throws TrainingException if a process is gone, or the processes do not call alike
   */
  @Override
  public void averageGradients(List<Tensor> gradients) {
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      long numbers = 0;
      for (Tensor gradient : gradients) {
        if (gradient.scalar_type().intern() != ScalarType.Float) {
          throw new IllegalArgumentException(
              "gradients must be float32, not " + gradient.scalar_type());
        }
        numbers += gradient.numel();
      }
      double[] everywhere = exchange(Call.GRADIENTS, (double) numbers);
      for (int rank = 0; rank < size(); rank++) {
        if (everywhere[rank] != numbers) {
          throw new TrainingException(
              "gradients differ: rank %d has %d numbers, rank %d has %.0f; do all run the same"
                      .formatted(rank(), numbers, rank, everywhere[rank])
                  + " configuration?");
        }
      }
      List<Tensor> pieces = new ArrayList<>();
      List<Tensor> flat = new ArrayList<>();
      for (Tensor gradient : gradients) {
        Tensor row = gradient.reshape(-1); // shares memory where that is contiguous
        flat.add(row);
        for (long from = 0; from < row.numel(); from += BUCKET) {
          pieces.add(row.narrow(0, from, Math.min(BUCKET, row.numel() - from)));
        }
      }
      buckets(pieces).forEach(this::averageBucket);
      for (int i = 0; i < flat.size(); i++) {
        if (!gradients.get(i).is_contiguous()) {
          gradients.get(i).copy_(flat.get(i).reshape(gradients.get(i).sizes()));
        }
      }
    }
  }

  /** Consecutive pieces of together at most a bucket's size. */
  private static List<List<Tensor>> buckets(List<Tensor> pieces) {
    List<List<Tensor>> buckets = new ArrayList<>();
    long room = 0;
    for (Tensor piece : pieces) {
      if (buckets.isEmpty() || piece.numel() > room) {
        buckets.add(new ArrayList<>());
        room = BUCKET;
      }
      buckets.get(buckets.size() - 1).add(piece);
      room -= piece.numel();
    }
    return buckets;
  }

  private void averageBucket(List<Tensor> bucket) {
    try (Scope scope = new Scope()) {
      boolean single = bucket.size() == 1;
      Tensor all =
          single ? bucket.get(0) : torch.cat(new TensorVector(bucket.toArray(Tensor[]::new)));
      reduce(all);
      all.div_(new Scalar((double) size()));
      long offset = 0;
      for (Tensor piece : single ? List.<Tensor>of() : bucket) {
        piece.copy_(all.narrow(0, offset, piece.numel()));
        offset += piece.numel();
      }
    }
  }

  @Override
  public double mean(double value) {
    return Arrays.stream(exchange(Call.MEAN, value)).sum() / size();
  }

  @Override
  public void barrier() {
    exchange(Call.BARRIER, 0);
  }

  /** The value of every process, by rank, after checking that all make the same call. */
  private double[] exchange(Call call, double value) {
    double[] slots = new double[2 * size()];
    slots[rank()] = call.number;
    slots[size() + rank()] = value;
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor here = torch.zeros(slots.length).to(ScalarType.Double);
      here.data_ptr_double().put(slots, 0, slots.length);
      Tensor shared = here.to(device.torch(), ScalarType.Double);
      reduce(shared);
      shared.cpu().data_ptr_double().get(slots, 0, slots.length);
    }
    for (int rank = 0; rank < size(); rank++) {
      if (slots[rank] != call.number) {
        throw new TrainingException(
            "the processes went apart: rank %d is at %s, rank %d at %s; do all run the same"
                    .formatted(rank(), Call.name(call.number), rank, Call.name(slots[rank]))
                + " configuration?");
      }
    }
    return Arrays.copyOfRange(slots, size(), 2 * size());
  }

  /** Sums a tensor over all processes, in place. */
  private void reduce(Tensor tensor) {
    if (closed) {
      throw new IllegalStateException("these workers are closed");
    }
    if (failure != null) {
      throw failure;
    }
    AllreduceOptions options = new AllreduceOptions();
    options.timeout(new Milliseconds(PATIENCE.toMillis()));
    try {
      inFlight = true;
      Work work = group.allreduce(new TensorVector(tensor), options);
      await(work);
      inFlight = false;
      work._wait(); // NCCL: for what this stream does next; throws what went wrong
    } catch (TrainingException | CancellationException e) {
      throw e;
    } catch (RuntimeException e) {
      inFlight = false;
      throw fail(explain(e));
    }
  }

  private void await(Work work) {
    long pause = 20_000; // nanoseconds
    while (!work.isCompleted()) {
      int silent = heartbeat.silentRank();
      if (silent >= 0) {
        throw fail(
            "rank %d of %d gave no sign of life for %s"
                .formatted(silent, size(), Sockets.text(meeting.silence())));
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted while waiting for the other processes");
      }
      LockSupport.parkNanos(pause);
      pause = Math.min(2 * pause, 1_000_000);
    }
  }

  private String explain(RuntimeException error) {
    try {
      return heartbeat.whoIsGone() + " (" + Sockets.firstLine(error) + ")";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Sockets.firstLine(error);
    }
  }

  private TrainingException fail(String reason) {
    failure = new TrainingException(reason + RESUME);
    return failure;
  }

  /** Leaves the others. Whoever has still to work with this process is told that it stopped. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    heartbeat.leave(failure != null);
    if (!inFlight) { // freeing the group would wait for a call that nobody answers
      group.releaseReference();
    }
    heartbeat.join();
    if (!inFlight) {
      store.releaseReference();
    }
  }
}
