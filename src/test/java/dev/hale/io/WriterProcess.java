package dev.hale.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process that writes half of a file or folder and waits to be told to go on. */
final class WriterProcess implements AutoCloseable {
  private final Process process;

  private WriterProcess(Path target, String kind) throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                WriterProcess.class.getName(),
                kind,
                target.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
  }

  /** Writes a folder of two files, named half and rest. */
  static WriterProcess ofFolder(Path target) throws IOException {
    return new WriterProcess(target, "folder");
  }

  /** Writes a file of the text "half, rest". */
  static WriterProcess ofFile(Path target) throws IOException {
    return new WriterProcess(target, "file");
  }

  public static void main(String[] arguments) {
    Path target = Path.of(arguments[1]);
    if (arguments[0].equals("folder")) {
      AtomicFolder.write(
          target,
          folder -> {
            Files.writeString(folder.resolve("half"), "1");
            pause();
            Files.writeString(folder.resolve("rest"), "1");
          });
    } else {
      AtomicFile.write(
          target,
          out -> {
            out.write("half, ".getBytes(StandardCharsets.UTF_8));
            pause();
            out.write("rest".getBytes(StandardCharsets.UTF_8));
          });
    }
  }

  private static void pause() throws IOException {
    System.out.println("half");
    System.in.read();
  }

  void awaitHalf() throws IOException {
    assertEquals('h', process.getInputStream().read(), "it came to its half");
  }

  void goOn() {
    try {
      process.getOutputStream().write('\n');
      process.getOutputStream().close();
      assertEquals(0, process.waitFor());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Kills it, where it has not come to its end. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
