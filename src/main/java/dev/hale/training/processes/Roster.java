package dev.hale.training.processes;

import dev.hale.engine.Scope;
import dev.hale.training.TrainingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.bytedeco.pytorch.ByteVector;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;

/**
 * Who takes part: each process writes itself into rank 0's store and waits for the rest, so that a
 * wrong rank or world size is told to every process before anything is computed.
 */
final class Roster {
  private static final String SIZE = "hale/size";
  private static final String REFUSED = "hale/refused";
  private static final String COME = "hale/come";
  private static final String TOLD = "hale/told";
  private static final Duration POLL = Duration.ofMillis(20);

  /** How long rank 0 keeps its store open for those who have not yet read why they are refused. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final Rendezvous meeting;
  private final TCPStore store;

  Roster(Rendezvous meeting, TCPStore store) {
    this.meeting = meeting;
    this.store = store;
  }

  /**
   * Returns when all have come.
   *
   * @throws TrainingException if the processes do not fit together, or one is missing
   */
  void meet() {
    try (Scope scope = new Scope()) {
      store.add(COME, 1);
      try {
        call();
      } catch (TrainingException e) {
        leave();
        throw e;
      }
    } catch (TrainingException | CancellationException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new TrainingException(
          "rank 0 at %s went away while the processes met: %s"
              .formatted(meeting.master(), Sockets.firstLine(e)));
    }
  }

  private void call() {
    long deadline = System.nanoTime() + meeting.meeting().toNanos();
    if (meeting.rank() == 0) {
      store.add(SIZE, meeting.size());
    }
    long agreed = waitForSize(deadline);
    if (agreed != meeting.size()) {
      refuse(
          "--world-size differs: rank %d was started with %d, rank 0 with %d"
              .formatted(meeting.rank(), meeting.size(), agreed));
    }
    if (store.add(present(meeting.rank()), 1) > 1) {
      refuse("two processes were started with --rank %d".formatted(meeting.rank()));
    }
    for (int rank = 0; rank < meeting.size(); rank++) {
      while (store.add(present(rank), 0) == 0) {
        pause(deadline, rank);
      }
    }
    if (refusal() != null) {
      throw new TrainingException(refusal());
    }
  }

  /** The store ends with rank 0, so rank 0 lets the others read in it first. */
  private void leave() {
    store.add(TOLD, 1);
    long deadline = System.nanoTime() + FAREWELL.toNanos();
    while (meeting.rank() == 0
        && store.add(TOLD, 0) < store.add(COME, 0)
        && System.nanoTime() < deadline) {
      sleep();
    }
  }

  private long waitForSize(long deadline) {
    long size;
    while ((size = store.add(SIZE, 0)) == 0) {
      pause(deadline, 0);
    }
    return size;
  }

  private void pause(long deadline, int missing) {
    String refusal = refusal();
    if (refusal != null) {
      throw new TrainingException(refusal);
    }
    if (System.nanoTime() > deadline) {
      throw new TrainingException(
          "rank %d of %d did not come to %s within %s"
              .formatted(
                  missing, meeting.size(), meeting.master(), Sockets.text(meeting.meeting())));
    }
    sleep();
  }

  private static void sleep() {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for the other processes");
    }
  }

  private void refuse(String reason) {
    store.set(REFUSED, new ByteVector(reason.getBytes(StandardCharsets.UTF_8)));
    throw new TrainingException(reason);
  }

  private String refusal() {
    return store.check(new StringVector(REFUSED))
        ? new String(store.get(REFUSED).get(), StandardCharsets.UTF_8)
        : null;
  }

  private static String present(int rank) {
    return "hale/present/" + rank;
  }
}
