package dev.hale.training.processes;

import dev.hale.training.TrainingException;
import java.time.Duration;

/**
 * Where and how the processes of one training find each other. The process of rank 0 listens at the
 * master address, on every interface and without any authentication: it belongs into a trusted
 * network.
 *
 * @param rank which process this is, in [0, size)
 * @param size number of processes, at least 1
 * @param host of rank 0, as the others reach it
 * @param port of rank 0, in [1, 65535]
 * @param meeting how long to wait for all to come
 * @param silence how long a process may give no sign of life before the others give up
 */
public record Rendezvous(
    int rank, int size, String host, int port, Duration meeting, Duration silence) {
  /** Time to start the other processes, also by hand. */
  public static final Duration MEETING = Duration.ofMinutes(2);

  /** Half of what the others may take to notice that one is gone. */
  public static final Duration SILENCE = Duration.ofSeconds(30);

  public Rendezvous {
    if (size < 1) {
      throw new TrainingException("--world-size must be at least 1, not " + size);
    }
    if (rank < 0 || rank >= size) {
      throw new TrainingException(
          "--rank %d is out of range: with --world-size %d it is 0 to %d"
              .formatted(rank, size, size - 1));
    }
    if (host.isBlank() || port < 1 || port > 65535) {
      throw new TrainingException(
          "--master %s:%d is no address: expected HOST:PORT with a port of 1 to 65535"
              .formatted(host, port));
    }
    if (meeting.toMillis() < 1 || silence.toMillis() < 1) {
      throw new IllegalArgumentException("waiting times must be positive");
    }
  }

  /**
   * Reads the address of rank 0.
   *
   * @param master {@code HOST:PORT}, IPv6 addresses in brackets
   * @throws TrainingException naming the option that is wrong
   */
  public static Rendezvous of(int rank, int size, String master) {
    int colon = master.lastIndexOf(':');
    int port;
    try {
      port = colon < 0 ? 0 : Integer.parseInt(master.substring(colon + 1));
    } catch (NumberFormatException e) {
      port = 0;
    }
    if (colon < 1 || port < 1) {
      throw new TrainingException(
          "--master %s is no address: expected HOST:PORT, such as 127.0.0.1:29500"
              .formatted(master));
    }
    String host = master.substring(0, colon).replaceAll("^\\[(.*)]$", "$1");
    return new Rendezvous(rank, size, host, port, MEETING, SILENCE);
  }

  /** The same with other waiting times. */
  public Rendezvous waiting(Duration forAll, Duration forOne) {
    return new Rendezvous(rank, size, host, port, forAll, forOne);
  }

  /** {@code HOST:PORT}. */
  String master() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
