package dev.hale.training.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A second process of the test's own class path. Closing kills it. */
public final class ChildJvm implements AutoCloseable {
  private final Process process;
  private final Path out;
  private final Path err;

  private ChildJvm(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Starts a main class; what it prints goes to files in the folder. */
  public static ChildJvm start(Path folder, Class<?> main, Object... arguments) {
    return start(folder, List.of(), main, arguments);
  }

  /** The same with options for Java. */
  public static ChildJvm start(
      Path folder, List<String> options, Class<?> main, Object... arguments) {
    return start(folder, List.of(), options, Map.of(), main, arguments);
  }

  /** The same through another command, which takes Java's as its arguments, with more variables. */
  public static ChildJvm start(
      Path folder,
      List<String> launcher,
      Map<String, String> environment,
      Class<?> main,
      Object... arguments) {
    return start(folder, launcher, List.of(), environment, main, arguments);
  }

  private static ChildJvm start(
      Path folder,
      List<String> launcher,
      List<String> options,
      Map<String, String> environment,
      Class<?> main,
      Object... arguments) {
    List<String> command = new ArrayList<>(launcher);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:ActiveProcessorCount=1", "-XX:TieredStopAtLevel=1", "-Xmx512m"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    try {
      Path out = Files.createTempFile(folder, "child", ".out");
      Path err = Files.createTempFile(folder, "child", ".err");
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.redirectOutput(out.toFile()).redirectError(err.toFile());
      builder.environment().put("OMP_NUM_THREADS", "1");
      builder.environment().putAll(environment);
      return new ChildJvm(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The exit code. */
  public int await() throws InterruptedException {
    if (!process.waitFor(150, TimeUnit.SECONDS)) {
      throw new AssertionError("still running: " + out() + err());
    }
    return process.exitValue();
  }

  /** Whether it ends within that time. */
  public boolean endsWithin(long milliseconds) throws InterruptedException {
    return process.waitFor(milliseconds, TimeUnit.MILLISECONDS);
  }

  /** Waits until it has printed that text. */
  public void awaitOutput(String text) throws InterruptedException {
    long deadline = System.nanoTime() + 150_000_000_000L;
    while (!out().contains(text)) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError("never printed " + text + ": " + out() + err());
      }
      Thread.sleep(10);
    }
  }

  public void kill() {
    process.destroyForcibly();
  }

  /** Stops it in its tracks, connections open. */
  public void freeze() throws IOException, InterruptedException {
    signal("-STOP");
  }

  /** Lets it go on after {@link #freeze}. */
  public void thaw() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", name, Long.toString(process.pid())).start().waitFor();
  }

  public String out() {
    return read(out);
  }

  public String err() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
