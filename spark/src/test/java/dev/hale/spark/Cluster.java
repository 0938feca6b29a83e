package dev.hale.spark;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A standalone cluster of Spark on this machine: a master and two workers of a core each. */
final class Cluster implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

  private final Path folder;
  private final int port = freePort();
  private final List<Process> processes = new ArrayList<>();

  /**
   * Starts it; workers come to it as soon as they can.
   *
   * @param folder for what it writes
   */
  Cluster(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder.resolve("home/jars")); // Spark looks for its jars; see classPath
    start("master", "org.apache.spark.deploy.master.Master", "--port", "" + port);
    for (int worker = 0; worker < 2; worker++) {
      start(
          "worker-" + worker,
          "org.apache.spark.deploy.worker.Worker",
          "--cores",
          "1",
          "--memory",
          "2g",
          "--work-dir",
          folder.resolve("work-" + worker).toString(),
          master());
    }
  }

  private void start(String name, String type, String... arguments) throws IOException {
    List<String> command = Study.java();
    command.add("-Dspark.worker.timeout=10");
    command.addAll(List.of(type, "--host", HOST, "--webui-port", "0"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("SPARK_HOME", folder.resolve("home").toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", HOST);
    builder.redirectErrorStream(true).redirectOutput(folder.resolve(name + ".log").toFile());
    processes.add(builder.start());
  }

  /** What a driver names it. */
  String master() {
    return "spark://%s:%d".formatted(HOST, port);
  }

  /** The JVMs in which tasks run now: a worker starts nothing else. */
  List<ProcessHandle> executors() {
    return processes.stream().flatMap(Process::children).toList();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws InterruptedException {
    List<ProcessHandle> executors = executors();
    for (Process process : processes) {
      process.destroy();
    }
    for (Process process : processes) {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
    executors.forEach(ProcessHandle::destroyForcibly);
  }
}
