package dev.hale.app.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.training.TrainingException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("slow")
@Timeout(180)
class WorkerProcessesTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(int processes, String... arguments) {
    return new WorkerProcesses(
            EchoMain.class.getName(), List.of(arguments), processes, Duration.ofSeconds(1))
        .run(stream(out), stream(err));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void eachGetsItsRankAndItsShareAndOnlyRankZeroIsHeard() {
    assertEquals(0, run(2, "echo", "--out", "with space"), text(err));
    int share = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    assertEquals(
        "echo --out with space --world-size 2 --rank 0 --master\nprocessors %d, OMP %d\n"
            .formatted(share, share),
        text(out));
    assertEquals(List.of("[rank 1] error of 1", "error of 0"), text(err).lines().sorted().toList());
  }

  @Test
  void oneThatFailsEndsAll() {
    long begin = System.nanoTime();
    assertEquals(7, run(3, "fail"));
    assertTrue(System.nanoTime() - begin < 90e9, "the others were waited for");
    assertEquals("", text(err));
  }

  @Test
  void oneThatIsKilledEndsAllAndIsNamed() {
    assertEquals(137, run(2, "die"));
    assertEquals("rank 1 of 2 was killed by signal 9\n", text(err));
  }

  @Test
  void anInterruptionEndsAll() throws Exception {
    Thread main = Thread.currentThread();
    Thread other =
        new Thread(
            () -> {
              while (!text(out).contains("pid ")) {
                Thread.onSpinWait();
              }
              main.interrupt();
            });
    other.start();
    assertThrows(CancellationException.class, () -> run(2, "report"));
    assertTrue(Thread.interrupted());
    other.join();
    awaitEnd(pid(text(out)));
  }

  /** Nobody tidies up after SIGKILL, so the children must look after themselves. */
  @Test
  void noChildOutlivesItsLauncher() throws Exception {
    Process launcher =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                EchoMain.class.getName(),
                "launch",
                "--rank",
                "0")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long child;
    try (var lines = launcher.inputReader(StandardCharsets.UTF_8)) {
      child = pid(lines.readLine());
      assertTrue(ProcessHandle.of(child).isPresent(), "the child never lived");
    } finally {
      launcher.destroyForcibly();
    }
    awaitEnd(child);
  }

  private static long pid(String text) {
    Matcher matcher = Pattern.compile("pid (\\d+)").matcher(text);
    assertTrue(matcher.find(), text);
    return Long.parseLong(matcher.group(1));
  }

  private static void awaitEnd(long pid) throws Exception {
    var handle = ProcessHandle.of(pid);
    if (handle.isPresent()) {
      handle.get().onExit().get(60, TimeUnit.SECONDS);
    }
    assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
  }

  @Test
  void thereIsAtLeastOne() {
    assertEquals(
        "--processes must be at least 1, not 0",
        assertThrows(TrainingException.class, () -> run(0, "echo")).getMessage());
  }
}
