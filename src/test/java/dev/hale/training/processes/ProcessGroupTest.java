package dev.hale.training.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.Device;
import dev.hale.engine.Scope;
import dev.hale.training.TrainingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes of their own where one must die; otherwise threads, each with a process group. */
@Tag("slow")
@Timeout(180)
class ProcessGroupTest {
  private static final String RESUME = "; the run can be resumed from its last checkpoint";
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final String master = "127.0.0.1:" + freePort();
  @TempDir Path folder;

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Rendezvous meeting(int rank, int size) {
    return Rendezvous.of(rank, size, master)
        .waiting(Duration.ofSeconds(100), Duration.ofSeconds(3));
  }

  /** Runs something as rank r in a thread; its answer, or the message of its failure. */
  private Future<String> worker(Rendezvous meeting, Function<ProcessGroup, String> work) {
    return threads.submit(
        () -> {
          try (ProcessGroup workers = ProcessGroup.connect(meeting, Device.CPU)) {
            return work.apply(workers);
          } catch (TrainingException e) {
            return e.getMessage();
          }
        });
  }

  private static String barrier(ProcessGroup workers) {
    workers.barrier();
    return "passed";
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private ChildJvm child(String mode, int rank, int size) {
    return ChildJvm.start(folder, WorkerMain.class, mode, rank, size, master);
  }

  /** Many small tensors, one larger than a bucket, some that are not contiguous, an empty one. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void gradientsAreAveragedToTheSameBitsEverywhere(int size) throws InterruptedException {
    List<ChildJvm> children = new ArrayList<>();
    for (int rank = 0; rank < size; rank++) {
      children.add(child("average", rank, size));
    }
    List<String> answers = new ArrayList<>();
    for (ChildJvm child : children) {
      assertEquals(0, child.await(), child.err());
      assertEquals("", child.err());
      answers.add(child.out().substring(child.out().indexOf("checksum")));
    }
    for (String answer : answers) {
      assertEquals(answers.get(0), answer);
      assertTrue(answer.matches("(?s)checksum \\d+\\Rmean 0\\.(15|2)0*\\d?\\R"), answer);
    }
  }

  @Test
  void aProcessByItselfAveragesWithItself() throws Exception {
    assertEquals("3.5", worker(meeting(0, 1), w -> Double.toString(w.mean(3.5))).get());
  }

  @Test
  void theMeanIsInDouble() throws Exception {
    Future<String> zero = worker(meeting(0, 2), w -> Double.toString(w.mean(1)));
    Future<String> one = worker(meeting(1, 2), w -> Double.toString(w.mean(1 + 1e-12)));
    assertEquals(Double.toString((2 + 1e-12) / 2), zero.get());
    assertEquals(zero.get(), one.get());
  }

  @Test
  void aBarrierWaitsForTheSlowOneHoweverLongItLives() throws Exception {
    Rendezvous hasty = meeting(0, 2).waiting(Duration.ofSeconds(100), Duration.ofSeconds(1));
    long[] waited = new long[1];
    Future<String> zero =
        worker(
            hasty,
            w -> {
              long begin = System.nanoTime();
              w.barrier();
              waited[0] = System.nanoTime() - begin;
              return "passed";
            });
    Future<String> one =
        worker(
            meeting(1, 2),
            w -> {
              sleep(3000);
              return barrier(w);
            });
    assertEquals("passed", zero.get());
    assertEquals("passed", one.get());
    assertTrue(waited[0] > 2e9, "waited " + waited[0] + " ns");
  }

  @Test
  void aProcessThatIsKilledStopsTheOthersByName() throws Exception {
    Future<String> zero = worker(meeting(0, 3), ProcessGroupTest::barrier);
    Future<String> one = worker(meeting(1, 3), ProcessGroupTest::barrier);
    try (ChildJvm two = child("idle", 2, 3)) {
      two.awaitOutput("connected");
      two.kill();
      for (String message : List.of(zero.get(), one.get())) {
        assertTrue(message.startsWith("rank 2 of 3 has died ("), message);
        assertTrue(message.endsWith(")" + RESUME), message);
      }
    }
  }

  @Test
  void soDoesRankZero() throws Exception {
    try (ChildJvm zero = child("idle", 0, 2)) {
      CountDownLatch connected = new CountDownLatch(1);
      Future<String> one =
          worker(
              meeting(1, 2),
              w -> {
                connected.countDown();
                return barrier(w);
              });
      zero.awaitOutput("connected");
      connected.await(); // killed before, it could not be told from one that never came
      zero.kill();
      assertTrue(one.get().startsWith("rank 0 of 2 has died"), one.get());
    }
  }

  @Test
  void aFrozenProcessStopsTheOthersAfterAWhile() throws Exception {
    Future<String> zero = worker(meeting(0, 2), ProcessGroupTest::barrier);
    try (ChildJvm one = child("idle", 1, 2)) {
      one.awaitOutput("connected");
      one.freeze();
      assertEquals("rank 1 of 2 gave no sign of life for 3 s" + RESUME, zero.get());
    }
  }

  @Test
  void soDoesAFrozenRankZero() throws Exception {
    try (ChildJvm zero = child("idle", 0, 2)) {
      Future<String> one = worker(meeting(1, 2), ProcessGroupTest::barrier);
      zero.awaitOutput("connected");
      zero.freeze();
      assertTrue(one.get().startsWith("rank 0 of 2 gave no sign of life for 3 s"), one.get());
    }
  }

  @Test
  void whoStopsEarlySaysSo() throws Exception {
    Future<String> one = worker(meeting(1, 2), w -> "enough");
    String zero = worker(meeting(0, 2), ProcessGroupTest::barrier).get();
    assertEquals("enough", one.get());
    assertTrue(zero.startsWith("rank 1 of 2 has stopped, and says why itself ("), zero);
  }

  @Test
  void aFailureStays() throws Exception {
    Future<String> one = worker(meeting(1, 2), w -> "enough");
    String same =
        worker(
                meeting(0, 2),
                w -> {
                  var first = assertThrows(TrainingException.class, w::barrier);
                  return Boolean.toString(
                      first == assertThrows(TrainingException.class, () -> w.mean(1)));
                })
            .get();
    assertEquals("enough", one.get());
    assertEquals("true", same);
  }

  @Test
  void gradientsThatDifferAreRefusedInAll() throws Exception {
    Function<ProcessGroup, String> work =
        w -> {
          try (Scope scope = new Scope()) {
            w.averageGradients(List.of(torch.zeros(3 + w.rank())));
            return "averaged";
          }
        };
    Future<String> zero = worker(meeting(0, 2), work);
    Future<String> one = worker(meeting(1, 2), work);
    String question = "; do all run the same configuration?";
    assertEquals("gradients differ: rank 0 has 3 numbers, rank 1 has 4" + question, zero.get());
    assertEquals("gradients differ: rank 1 has 4 numbers, rank 0 has 3" + question, one.get());
  }

  @Test
  void callsThatDifferAreRefusedInAll() throws Exception {
    Future<String> zero = worker(meeting(0, 2), w -> Double.toString(w.mean(1)));
    Future<String> one = worker(meeting(1, 2), ProcessGroupTest::barrier);
    for (Future<String> worker : List.of(zero, one)) {
      assertTrue(worker.get().startsWith("the processes went apart: rank "), worker.get());
    }
  }

  @Test
  void onlyFloat32IsAveraged() {
    ExecutionException thrown =
        assertThrows(
            ExecutionException.class,
            () ->
                worker(
                        meeting(0, 1),
                        w -> {
                          try (Scope scope = new Scope()) {
                            w.averageGradients(List.of(torch.zeros(3).to(torch.ScalarType.Double)));
                            return "averaged";
                          }
                        })
                    .get());
    assertEquals("gradients must be float32, not Double", thrown.getCause().getMessage());
  }

  @Test
  void closedWorkersRefuseToWork() {
    ProcessGroup workers = ProcessGroup.connect(meeting(0, 1), Device.CPU);
    workers.close();
    workers.close();
    assertThrows(IllegalStateException.class, workers::barrier);
  }
}
