package dev.hale.app.experiment;

import dev.hale.Version;
import dev.hale.engine.Device;
import dev.hale.engine.Engine;
import dev.hale.engine.EngineInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a result may depend on besides its configuration: versions and machine. */
final class Environment {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final Path MEMORY_INFO = Path.of("/proc/meminfo");

  private Environment() {}

  /** Versions by name; the source's commit where the program runs in its repository. */
  static Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("hale", Version.current());
    commit().ifPresent(commit -> versions.put("commit", commit));
    versions.put("LibTorch", Engine.info().libTorch());
    versions.put(
        "Java", System.getProperty("java.version") + ", " + System.getProperty("java.vendor"));
    return versions;
  }

  /**
   * The machine.
   *
   * @param device of it that computes
   */
  static Map<String, String> machine(Device device) {
    EngineInfo engine = Engine.info();
    Map<String, String> machine = new LinkedHashMap<>();
    machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    machine.put("platform", engine.platform());
    line(CPU_INFO, "model name").ifPresent(model -> machine.put("processor", model));
    machine.put("vector instructions", engine.cpuCapability());
    if (engine.padsChannels()) {
      machine.put("channels padded to", String.valueOf(engine.paddedChannels()));
    }
    machine.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
    machine.put("threads of an operation", String.valueOf(engine.threads()));
    line(MEMORY_INFO, "MemTotal").ifPresent(memory -> machine.put("memory", memory));
    machine.put("GPUs", String.valueOf(engine.cudaDevices()));
    machine.put("computed on", device.toString());
    return machine;
  }

  private static Optional<String> line(Path file, String key) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(key))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    } catch (IOException notLinux) {
      return Optional.empty();
    }
  }

  private static Optional<String> commit() {
    return git("rev-parse", "HEAD")
        .map(
            commit ->
                git("status", "--porcelain", "--untracked-files=no").orElse("").isEmpty()
                    ? commit
                    : commit + " and changes");
  }

  private static Optional<String> git(String... arguments) {
    try {
      Process git =
          new ProcessBuilder(Stream.concat(Stream.of("git"), Stream.of(arguments)).toList())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String answer = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return git.waitFor() == 0 ? Optional.of(answer.strip()) : Optional.empty();
    } catch (IOException noGit) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
