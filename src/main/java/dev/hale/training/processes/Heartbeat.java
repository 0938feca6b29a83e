package dev.hale.training.processes;

import org.bytedeco.pytorch.TCPStore;

/**
 * Signs of life through rank 0's store, once a second. Gloo notices at once that a process has
 * ended, but not which one, and neither that one has frozen nor that its machine is gone; waiting
 * itself proves nothing, since rank 0 may validate for minutes.
 */
final class Heartbeat {
  /** Rounds without a sign after which a connection that broke is explained. */
  private static final int NOTICED = 3;

  /** Rounds to wait for an explanation, and for rank 0 to keep the store while others use it. */
  private static final int LINGER = 5;

  private static final long MOST_BETWEEN_LOOKS = 100_000_000; // nanoseconds

  /** Whether and why a process leaves, with the number that stands for it in the store. */
  private enum Leaving {
    NOT_YET(0),
    BY_ITSELF(1),
    AFTER_ANOTHER(2);

    private final long number;

    Leaving(long number) {
      this.number = number;
    }

    static Leaving of(long number) {
      return number == 0 ? NOT_YET : number == 1 ? BY_ITSELF : AFTER_ANOTHER;
    }
  }

  private final Rendezvous meeting;
  private final TCPStore store;
  private final long tickMillis;
  private final long[] beats;
  private final int[] quiet;
  private final Leaving[] gone;
  private final Thread thread;
  private Leaving leaving = Leaving.NOT_YET;
  private int lingering = LINGER;
  private boolean storeLost;
  private long round;
  private long watchedRound;
  private long watchedAt;
  private long stalledNanos;

  /** Begins to beat. */
  Heartbeat(Rendezvous meeting) {
    this.meeting = meeting;
    store = Sockets.openAnother(meeting);
    tickMillis = Math.max(1, Math.min(1000, meeting.silence().toMillis() / 10));
    beats = new long[meeting.size()];
    quiet = new int[meeting.size()];
    gone = new Leaving[meeting.size()];
    thread = new Thread(this::run, "hale-heartbeat");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      Leaving now;
      do {
        now = beat();
      } while (pause(now));
    } catch (RuntimeException e) { // rank 0 is gone, and the store with it
      synchronized (this) {
        storeLost = true;
        notifyAll();
      }
    } finally {
      store.releaseReference();
    }
  }

  /** One round; answers with what it told the others about this process. */
  private Leaving beat() {
    Leaving told;
    synchronized (this) {
      told = leaving;
    }
    if (told == Leaving.NOT_YET) {
      store.add(key("beat", meeting.rank()), 1);
    } else if (store.add(key("left", meeting.rank()), 0) == 0) {
      store.add(key("left", meeting.rank()), told.number);
    }
    for (int rank = 0; rank < meeting.size(); rank++) {
      long beat = store.add(key("beat", rank), 0);
      long left = store.add(key("left", rank), 0);
      synchronized (this) {
        // Counted in rounds: time in which this machine sleeps is not the others' silence.
        quiet[rank] = beat == beats[rank] ? quiet[rank] + 1 : 0;
        beats[rank] = beat;
        gone[rank] = Leaving.of(left);
      }
    }
    return told;
  }

  /** Whether there is another round, after a while. */
  private synchronized boolean pause(Leaving told) {
    round++;
    notifyAll();
    if (told != Leaving.NOT_YET && (meeting.rank() != 0 || !othersStay() || lingering-- == 0)) {
      return false;
    }
    if (told == leaving) {
      waitQuietly();
    }
    return true;
  }

  private boolean othersStay() {
    for (int rank = 1; rank < meeting.size(); rank++) {
      if (gone[rank] == Leaving.NOT_YET && quiet[rank] < NOTICED) {
        return true;
      }
    }
    return false;
  }

  /** Waits until the next round is due, or this process leaves. */
  private void waitQuietly() {
    Leaving before = leaving;
    long due = System.nanoTime() + tickMillis * 1_000_000;
    try {
      for (long left = tickMillis; left > 0 && leaving == before; ) {
        wait(left);
        left = (due - System.nanoTime()) / 1_000_000;
      }
    } catch (InterruptedException e) { // only the exit of the process interrupts this thread
      leaving = Leaving.BY_ITSELF;
    }
  }

  /** A rank that has been silent for too long, or -1. To be asked again and again. */
  synchronized int silentRank() {
    if (storeLost || stalledNanos(System.nanoTime()) >= meeting.silence().toNanos()) {
      return 0;
    }
    for (int rank = 0; rank < meeting.size(); rank++) {
      if (quiet[rank] * tickMillis >= meeting.silence().toMillis()) {
        return rank;
      }
    }
    return -1;
  }

  /** How long rank 0 has left a question open, in time that the caller was awake. */
  private long stalledNanos(long now) {
    stalledNanos =
        round == watchedRound ? stalledNanos + Math.min(now - watchedAt, MOST_BETWEEN_LOOKS) : 0;
    watchedRound = round;
    watchedAt = now;
    return stalledNanos;
  }

  /**
   * After a connection broke: says whose end it was, once that shows. The others ask at the same
   * time and stay alive meanwhile, so the first who falls silent is the cause.
   */
  synchronized String whoIsGone() throws InterruptedException {
    long last = System.nanoTime() + LINGER * tickMillis * 1_000_000;
    while (!storeLost && System.nanoTime() < last) {
      for (int rank = 0; rank < meeting.size(); rank++) {
        if (quiet[rank] >= NOTICED && gone[rank] == Leaving.NOT_YET) {
          return name(rank) + " has died";
        } else if (gone[rank] == Leaving.BY_ITSELF) {
          return name(rank) + " has stopped, and says why itself";
        }
      }
      wait(tickMillis);
    }
    return storeLost ? name(0) + " has died" : "one of the other processes is gone";
  }

  private String name(int rank) {
    return "rank %d of %d".formatted(rank, meeting.size());
  }

  private static String key(String what, int rank) {
    return "hale/" + what + "/" + rank;
  }

  /**
   * Tells the others that this process leaves.
   *
   * @param afterAnother because another process is gone
   */
  synchronized void leave(boolean afterAnother) {
    leaving = afterAnother ? Leaving.AFTER_ANOTHER : Leaving.BY_ITSELF;
    notifyAll();
  }

  /** Returns when all has been said; at rank 0, when the others have left, or after a while. */
  void join() {
    try {
      thread.join((LINGER + 2) * tickMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
