package dev.hale.app.train;

import dev.hale.training.TrainingException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Runs one command line in several processes on this machine, each with its share of the
 * processors, and ends them together. Every process gets {@code --world-size}, {@code --rank} and
 * {@code --master}; what rank 0 prints is passed on, of the others only their errors.
 */
public final class WorkerProcesses {
  /** System property of a child: the process that started it. */
  private static final String LAUNCHER = "hale.launcher";

  /** Time for the others to notice by themselves that one is gone, and to say so. */
  private static final Duration NOTICE = Duration.ofSeconds(10);

  private static final Duration TIDY_UP = Duration.ofSeconds(5);

  /** Gloo prints this to standard output, where only results belong. */
  private static final String GLOO = "[Gloo] ";

  private record Exit(int rank, int code) {}

  private final List<String> program;
  private final List<String> arguments;
  private final int processes;
  private final Duration notice;
  private final List<Process> children = new ArrayList<>();
  private final List<Thread> pumps = new ArrayList<>();
  private final BlockingQueue<Exit> exits = new LinkedBlockingQueue<>();

  /**
   * A command line of this Java, with this Java's options and class path.
   *
   * @param main class with the main method
   * @param arguments its arguments, without those that are added
   * @param processes how many, at least 1
   */
  public WorkerProcesses(String main, List<String> arguments, int processes) {
    this(main, arguments, processes, NOTICE);
  }

  /** The same with another time to notice that one is gone. */
  WorkerProcesses(String main, List<String> arguments, int processes, Duration notice) {
    if (processes < 1) {
      throw new TrainingException("--processes must be at least 1, not " + processes);
    }
    this.program = program(main, Math.max(1, processors() / processes));
    this.arguments = List.copyOf(arguments);
    this.processes = processes;
    this.notice = notice;
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  private static List<String> program(String main, int share) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!option.startsWith("-agentlib:") && !option.startsWith("-javaagent:")) {
        command.add(option); // a debugger's port cannot be opened twice
      }
    }
    // Java tells LibTorch and the data's threads how many processors there are.
    command.add("-XX:ActiveProcessorCount=" + share);
    command.add("-D" + LAUNCHER + "=" + ProcessHandle.current().pid());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    return command;
  }

  /**
   * Starts all and waits until all have ended. When one fails, the others have a moment to stop by
   * themselves and are then killed; so are they when this process ends.
   *
   * @param out gets what rank 0 prints
   * @param err gets its errors, and those of the others behind {@code [rank N]}
   * @return 0, or the exit code of the first that failed
   */
  public int run(PrintStream out, PrintStream err) {
    Thread killer = new Thread(() -> children.forEach(Process::destroyForcibly), "hale-workers");
    Runtime.getRuntime().addShutdownHook(killer);
    try {
      start(out, err);
      int code = await(err);
      for (Thread pump : pumps) {
        pump.join();
      }
      return code;
    } catch (IOException e) {
      throw new TrainingException("a process cannot be started: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while the processes run");
    } finally {
      children.forEach(Process::destroyForcibly);
      Runtime.getRuntime().removeShutdownHook(killer);
    }
  }

  private void start(PrintStream out, PrintStream err) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    for (int i = 0; i < processes; i++) {
      int rank = i;
      List<String> command = new ArrayList<>(program);
      command.addAll(arguments);
      command.addAll(List.of("--world-size", "" + processes, "--rank", "" + rank));
      command.addAll(List.of("--master", "127.0.0.1:" + port));
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().put("OMP_NUM_THREADS", "" + Math.max(1, processors() / processes));
      // LibTorch would print a stack trace for a connection whose end is then told in a line.
      builder.environment().putIfAbsent("TORCH_CPP_LOG_LEVEL", "ERROR");
      builder.redirectInput(Redirect.from(Path.of("/dev/null").toFile()));
      if (rank > 0) {
        builder.redirectOutput(Redirect.DISCARD);
      }
      Process child = builder.start();
      children.add(child);
      if (rank == 0) {
        pump(() -> passLines(child.getInputStream(), out, ""));
        pump(() -> pass(child.getErrorStream(), err));
      } else {
        pump(() -> passLines(child.getErrorStream(), err, "[rank " + rank + "] "));
      }
      var unused = child.onExit().thenAccept(ended -> exits.add(new Exit(rank, ended.exitValue())));
    }
  }

  private void pump(Runnable work) {
    Thread pump = new Thread(work, "hale-output");
    pump.setDaemon(true);
    pump.start();
    pumps.add(pump);
  }

  private static void passLines(InputStream from, PrintStream to, String prefix) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith(GLOO)) {
          to.println(prefix + line);
        }
      }
    } catch (IOException e) {
      to.println(prefix + "its output broke off: " + e.getMessage());
    }
  }

  /** As it comes, without waiting for the ends of lines: progress has none. */
  private static void pass(InputStream from, PrintStream to) {
    byte[] buffer = new byte[8192];
    try (from) {
      for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        to.write(buffer, 0, n);
        to.flush();
      }
    } catch (IOException e) {
      to.println("its output broke off: " + e.getMessage());
    }
  }

  private int await(PrintStream err) throws InterruptedException {
    for (int running = processes; running > 0; running--) {
      Exit exit = exits.take();
      if (exit.code() != 0) {
        stopOthers(running - 1);
        if (exit.code() > 128) { // killed, and so silent itself
          err.printf(
              "rank %d of %d was killed by signal %d%n", exit.rank(), processes, exit.code() - 128);
        }
        return exit.code();
      }
    }
    return 0;
  }

  private void stopOthers(int running) throws InterruptedException {
    int left = awaitExits(running, notice);
    children.forEach(Process::destroy);
    left = awaitExits(left, TIDY_UP);
    children.forEach(Process::destroyForcibly);
    awaitExits(left, TIDY_UP);
  }

  private int awaitExits(int running, Duration time) throws InterruptedException {
    long deadline = System.nanoTime() + time.toNanos();
    int left = running;
    while (left > 0 && exits.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS) != null) {
      left--;
    }
    return left;
  }

  /**
   * To be called by a process that may be one of these: it then ends at once when the process that
   * started it is gone, so that nobody trains on unseen into a folder where another resumes.
   */
  public static void endWithLauncher() {
    String launcher = System.getProperty(LAUNCHER);
    if (launcher == null) {
      return;
    }
    Optional<ProcessHandle> alive = ProcessHandle.of(Long.parseLong(launcher));
    if (alive.isEmpty()) {
      end();
    } else {
      var unused = alive.get().onExit().thenRun(WorkerProcesses::end);
    }
  }

  private static void end() {
    Runtime.getRuntime().halt(128 + 15);
  }
}
