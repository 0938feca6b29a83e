package dev.hale.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.Checkpoint;
import dev.hale.engine.Engine;
import dev.hale.engine.Scope;
import dev.hale.training.processes.ChildJvm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two processes on this machine train what one would, and survive each other. */
@Tag("slow")
@Timeout(180)
class TwoProcessesTest {
  private static final int STEPS = 20;
  private final List<ChildJvm> started = new ArrayList<>();
  private int threads;
  @TempDir Path folder;

  @BeforeEach
  void useOneThread() {
    threads = torch.get_num_threads();
    Engine.setThreads(1);
  }

  @AfterEach
  void restore() {
    started.forEach(ChildJvm::close);
    Engine.setThreads(threads);
  }

  private ChildJvm[] start(String name, Start start, long pause) throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    ChildJvm[] children = new ChildJvm[2];
    for (int rank = 0; rank < 2; rank++) {
      children[rank] =
          ChildJvm.start(
              folder,
              WorkerProcess.class,
              folder.resolve(name),
              STEPS,
              start,
              rank,
              2,
              "127.0.0.1:" + port,
              pause);
      started.add(children[rank]);
    }
    return children;
  }

  private static void await(ChildJvm... children) throws InterruptedException {
    for (ChildJvm child : children) {
      assertEquals(0, child.await(), child.err());
    }
  }

  private TrainingFolder alone() {
    TinyTraining training = WorkerProcess.training(STEPS);
    return train(training, "alone", GreyBatches.of(training.batch));
  }

  private TrainingFolder train(TinyTraining training, String name, Batches batches) {
    TrainingFolder out = TrainingFolder.of(folder.resolve(name), "run");
    training.trainer(training.diffusion(), out, new Recorder()).run(batches, Start.FRESH).close();
    return out;
  }

  private static void assertEqual(TrainingFolder one, TrainingFolder two) {
    double difference =
        Math.max(
            largestDifference(one.network(), two.network()),
            largestDifference(one.average(0.5), two.average(0.5)));
    assertTrue(difference <= 1e-5, "averaged weights differ by " + difference);
  }

  private static double largestDifference(Path expected, Path found) {
    double largest = 0;
    try (Scope scope = new Scope();
        Checkpoint one = Checkpoint.read(expected);
        Checkpoint other = Checkpoint.read(found)) {
      assertEquals(one.names(), other.names());
      for (String name : one.names()) {
        Tensor difference = one.get(name).sub(other.get(name)).abs();
        largest = Math.max(largest, difference.max().item_double());
      }
    }
    return largest;
  }

  @Test
  void twoProcessesEqualOneWithTheSameBatch() throws Exception {
    ChildJvm[] children = start("two", Start.FRESH, 0);
    TrainingFolder one = alone();
    await(children);
    TrainingFolder two = TrainingFolder.of(folder.resolve("two"), "run");
    assertEqual(one, two);
    assertEquals(lossesOf(children[0]), lossesOf(children[1]));
    TinyTraining half = WorkerProcess.training(STEPS);
    half.batch = 4;
    TrainingFolder other = train(half, "half", step -> new GreyBatches(8, 0, 2, step));
    double difference = largestDifference(one.network(), other.network());
    assertTrue(difference > 1e-3, "half of the images would do as well: " + difference);
  }

  private static String lossesOf(ChildJvm child) {
    return child.out().lines().filter(l -> l.startsWith("step")).toList().toString();
  }

  @Test
  void aKilledProcessStopsTheOtherWhoseCheckpointResumes() throws Exception {
    ChildJvm[] children = start("killed", Start.FRESH, 50);
    children[1].awaitOutput("step 6 ");
    children[1].kill();
    assertEquals(3, children[0].await());
    assertTrue(
        children[0].err().contains("rank 1 of 2 has died")
            && children[0].err().contains("; the run can be resumed from its last checkpoint"),
        children[0].err());
    ChildJvm[] resumed = start("killed", Start.RESUME, 0);
    TrainingFolder one = alone();
    await(resumed);
    assertTrue(resumed[0].out().contains("step 20 "), resumed[0].out());
    assertTrue(!resumed[0].out().contains("step 4 "), resumed[0].out());
    TrainingFolder two = TrainingFolder.of(folder.resolve("killed"), "run");
    assertEqual(one, two);
  }
}
