package dev.hale.training.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.hale.engine.Device;
import dev.hale.engine.DeviceException;
import dev.hale.engine.Engine;
import dev.hale.training.TrainingException;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said when processes do not find each other. */
@Timeout(120)
class MeetingTest {
  private final int port = ProcessGroupTest.freePort();

  private Rendezvous meeting(int rank, int size, double seconds) {
    return Rendezvous.of(rank, size, "127.0.0.1:" + port)
        .waiting(Duration.ofMillis((long) (1000 * seconds)), Duration.ofSeconds(2));
  }

  private static String failure(Rendezvous meeting) {
    return assertThrows(
            TrainingException.class, () -> ProcessGroup.connect(meeting, Device.CPU).close())
        .getMessage();
  }

  private static CompletableFuture<String> failureOfAnother(Rendezvous meeting) {
    return CompletableFuture.supplyAsync(() -> failure(meeting));
  }

  @ParameterizedTest
  @CsvSource({
    "2, 2, '--rank 2 is out of range: with --world-size 2 it is 0 to 1'",
    "-1, 2, '--rank -1 is out of range: with --world-size 2 it is 0 to 1'",
    "0, 0, '--world-size must be at least 1, not 0'"
  })
  void ranksAreChecked(int rank, int size, String message) {
    assertEquals(
        message,
        assertThrows(TrainingException.class, () -> Rendezvous.of(rank, size, "host:29500"))
            .getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"host", ":29500", "host:", "host:0", "host:65536", "host:port", ""})
  void addressesAreChecked(String master) {
    String message =
        assertThrows(TrainingException.class, () -> Rendezvous.of(0, 2, master)).getMessage();
    assertTrue(message.startsWith("--master " + master + " is no address: expected"), message);
  }

  @Test
  void anAddressMayBeIpv6() {
    Rendezvous meeting = Rendezvous.of(0, 2, "[::1]:29500");
    assertEquals("::1", meeting.host());
    assertEquals("[::1]:29500", meeting.master());
  }

  @Test
  void aPortInUseIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(port)) {
      String message = failure(meeting(0, 2, 5));
      assertTrue(
          message.startsWith("rank 0 cannot listen on port " + taken.getLocalPort()), message);
      assertTrue(message.endsWith("; choose another in --master"), message);
    }
  }

  @Test
  void aMasterThatIsNotThereIsNamed() {
    assertEquals(
        "rank 0 was not reached at 127.0.0.1:%d within 0.5 s: Connection refused".formatted(port),
        failure(meeting(1, 2, 0.5)));
  }

  @Test
  void aHostNobodyKnowsIsNamed() {
    assertEquals(
        "--master no-such-host.invalid:29500: unknown host",
        failure(Rendezvous.of(1, 2, "no-such-host.invalid:29500")));
  }

  @Test
  void whoIsMissingIsNamed() {
    assertEquals(
        "rank 1 of 2 did not come to 127.0.0.1:%d within 0.5 s".formatted(port),
        failure(meeting(0, 2, 0.5)));
  }

  @Test
  void anotherWorldSizeIsToldToAll() {
    CompletableFuture<String> zero = failureOfAnother(meeting(0, 2, 60));
    String message = "--world-size differs: rank 1 was started with 3, rank 0 with 2";
    assertEquals(message, failure(meeting(1, 3, 60)));
    assertEquals(message, zero.join());
  }

  @Test
  void aRankTakenTwiceIsToldToAll() {
    CompletableFuture<String> zero = failureOfAnother(meeting(0, 3, 60));
    CompletableFuture<String> one = failureOfAnother(meeting(1, 3, 60));
    String message = "two processes were started with --rank 1";
    assertEquals(message, failure(meeting(1, 3, 60)));
    assertEquals(message, zero.join());
    assertEquals(message, one.join());
  }

  @Test
  void aGpuThatIsAbsentIsADeviceError() {
    assumeFalse(Engine.info().cudaDevices() > 0);
    assertThrows(
        DeviceException.class,
        () -> ProcessGroup.connect(meeting(0, 1, 1), new Device(Device.Kind.CUDA, 0)));
  }
}
