package dev.hale.training.processes;

import dev.hale.engine.Scope;
import dev.hale.training.TrainingException;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;

/**
 * Connections to rank 0's key-value store. Java tries the address first: its errors can be told
 * apart, and LibTorch would print its own while it tries.
 */
final class Sockets {
  private static final int RETRY_MILLIS = 100;

  private Sockets() {}

  /**
   * Opens the store, at rank 0 as its server. The caller releases it.
   *
   * @throws TrainingException if the port is taken, or rank 0 is not reached in time
   */
  static TCPStore open(Rendezvous meeting) {
    boolean server = meeting.rank() == 0;
    if (server) {
      requireFreePort(meeting);
    } else {
      awaitMaster(meeting);
    }
    return open(meeting, server, meeting.meeting());
  }

  /** One more connection to a store that is open already, for another thread. */
  static TCPStore openAnother(Rendezvous meeting) {
    return open(meeting, false, meeting.silence());
  }

  private static TCPStore open(Rendezvous meeting, boolean server, Duration timeout) {
    try (Scope scope = new Scope()) {
      TCPStoreOptions options = new TCPStoreOptions();
      options.port((short) meeting.port()).isServer(server).waitWorkers(false);
      options.timeout(new Milliseconds(timeout.toMillis()));
      return new TCPStore(meeting.host(), options).retainReference();
    } catch (RuntimeException e) {
      throw new TrainingException(
          "no connection to rank 0 at %s: %s".formatted(meeting.master(), firstLine(e)));
    }
  }

  private static void requireFreePort(Rendezvous meeting) {
    try (ServerSocket probe = new ServerSocket(meeting.port())) {
      if (InetAddress.getByName(meeting.host()).isAnyLocalAddress()) {
        throw new TrainingException(
            "--master %s: name the address at which the others reach rank 0"
                .formatted(meeting.master()));
      }
    } catch (UnknownHostException e) {
      throw new TrainingException("--master %s: unknown host".formatted(meeting.master()));
    } catch (IOException e) {
      throw new TrainingException(
          "rank 0 cannot listen on port %d: %s; choose another in --master"
              .formatted(meeting.port(), e.getMessage()));
    }
  }

  private static void awaitMaster(Rendezvous meeting) {
    long deadline = System.nanoTime() + meeting.meeting().toNanos();
    while (true) {
      String problem;
      try (Socket probe = new Socket()) {
        int left = (int) Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
        probe.connect(new InetSocketAddress(meeting.host(), meeting.port()), left);
        return;
      } catch (UnknownHostException e) {
        throw new TrainingException("--master %s: unknown host".formatted(meeting.master()));
      } catch (IOException e) {
        problem = e.getMessage();
      }
      if (System.nanoTime() + RETRY_MILLIS * 1_000_000L > deadline) {
        throw new TrainingException(
            "rank 0 was not reached at %s within %s: %s"
                .formatted(meeting.master(), text(meeting.meeting()), problem));
      }
      try {
        Thread.sleep(RETRY_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted while waiting for rank 0");
      }
    }
  }

  /** The address of this machine from which it reaches rank 0, and at which it is reached. */
  static String localAddress(Rendezvous meeting) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(meeting.host(), meeting.port())); // sends nothing
      return socket.getLocalAddress().getHostAddress().replaceAll("%.*", "");
    } catch (IOException e) {
      throw new TrainingException(
          "no network leads to %s: %s".formatted(meeting.master(), e.getMessage()));
    }
  }

  /** "30 s", "0.5 s". */
  static String text(Duration duration) {
    double seconds = duration.toMillis() / 1000.0;
    return seconds == Math.rint(seconds) ? "%.0f s".formatted(seconds) : seconds + " s";
  }

  /** What a native error says, without where in LibTorch's sources it was thrown. */
  static String firstLine(RuntimeException error) {
    String message = error.getMessage() == null ? error.toString() : error.getMessage();
    return message
        .lines()
        .findFirst()
        .orElse("")
        .replaceFirst("^\\[[^]]*\\.(cc|cpp|h):\\d+] ", "")
        .strip();
  }
}
