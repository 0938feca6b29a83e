package dev.hale;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Memory of a process of its own, on Linux, after its warming up and at its end. Its Java heap is
 * resident from the start, so that what changes is native memory.
 */
public record ResidentPages(long before, long after) {
  private static final Pattern PRINTED = Pattern.compile("resident pages: (\\d+) (\\d+)");

  /**
   * Runs a class that ends with {@link #print}.
   *
   * @param options of the Java virtual machine, the heap's fixed size among them
   */
  public static ResidentPages of(Class<?> main, List<String> options, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    Matcher pages = PRINTED.matcher(output);
    assertTrue(pages.find(), output);
    return new ResidentPages(Long.parseLong(pages.group(1)), Long.parseLong(pages.group(2)));
  }

  /** In the process that is watched: says what it had then and has now. */
  public static void print(long before) throws IOException {
    System.out.printf("resident pages: %d %d%n", before, now());
  }

  /** Of this process. */
  public static long now() throws IOException {
    return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ", -1)[1]);
  }
}
