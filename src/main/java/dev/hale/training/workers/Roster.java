package dev.hale.training.workers;

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
  private static final Duration POLL = Duration.ofMillis(20);

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
    long deadline = System.nanoTime() + meeting.meeting().toNanos();
    try (Scope scope = new Scope()) {
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
