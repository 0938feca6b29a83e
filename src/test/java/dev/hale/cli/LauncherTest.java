package dev.hale.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script in a folder of its own, with a Java and a Maven that only say they ran. */
final class LauncherTest {
  @TempDir Path temp;
  private Path home;
  private Path java;

  @BeforeEach
  void lay() throws IOException {
    home = Files.createDirectories(temp.resolve("a folder"));
    Files.copy(Path.of("hale"), home.resolve("hale"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.createDirectories(home.resolve("src/main"));
    Files.createDirectories(home.resolve(".mvn"));
    Files.writeString(home.resolve("pom.xml"), "<project/>");
    script(
        home.resolve("mvnw"),
        "echo build >> builds; sleep 0.2; mkdir -p cli/target; touch cli/target/hale-cli.jar;"
            + " echo \"$@\"");
    java = Files.createDirectories(temp.resolve("jdk/bin")).getParent();
    script(java.resolve("bin/java"), "for a in \"$@\"; do printf '<%s>' \"$a\"; done; exit 42");
    script(java.resolve("bin/javac"), "");
    Files.writeString(java.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
  }

  @Test
  void itBuildsOnceAndThenRunsJavaWithTheArguments() throws Exception {
    Run first = run(home.resolve("hale"), "detect", "a b.nii", "");
    assertTrue(first.err.startsWith("Building hale (first run, about a minute; log: "), first.err);
    assertTrue(first.out.endsWith("<dev.hale.cli.Main><detect><a b.nii><>"), first.out);
    assertTrue(
        first.out.contains("<-cp><" + home.toRealPath() + "/cli/target/hale-cli.jar:"), first.out);
    assertEquals(42, first.exit);
    assertEquals("", run(home.resolve("hale")).err);
    assertEquals(1, builds());
    assertEquals(
        "-q -B -pl cli -am -Dhale.quick=-quick -Dmaven.test.skip=true package\n",
        Files.readString(home.resolve("target/build.log")));
  }

  @Test
  void sparkKeepsMemoryAsItDoes() throws IOException {
    List<String> exports = memory(Path.of("hale"));
    assertEquals(5, exports.size(), exports.toString());
    assertEquals(exports, memory(Path.of("spark/spark-submit")));
  }

  private static List<String> memory(Path script) throws IOException {
    return Files.readAllLines(script).stream()
        .filter(line -> line.matches("export (GLIBC|MALLOC|OPENBLAS)_.*"))
        .toList();
  }

  @Test
  void itFindsItselfThroughLinks() throws Exception {
    Path absolute = Files.createSymbolicLink(temp.resolve("to hale"), home.resolve("hale"));
    Path folder = Files.createDirectories(temp.resolve("bin"));
    Path relative = Files.createSymbolicLink(folder.resolve("hale"), Path.of("../to hale"));
    assertEquals(42, run(relative).exit);
    assertEquals(42, run(absolute).exit);
    assertEquals(1, builds());
  }

  @Test
  void itBuildsAgainWhenASourceIsNewer() throws Exception {
    run(home.resolve("hale"));
    Path source = Files.writeString(home.resolve("src/main/A.java"), "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(2)));
    Run again = run(home.resolve("hale"));
    assertTrue(again.err.startsWith("Building hale (its sources changed"), again.err);
    assertEquals(2, builds());
  }

  @Test
  void severalFirstStartsBuildOnce() throws Exception {
    List<Process> starts = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      starts.add(start(home.resolve("hale")));
    }
    for (Process process : starts) {
      assertEquals(42, process.waitFor());
    }
    assertEquals(1, builds());
  }

  @Test
  void aFailedBuildShowsTheEndOfItsLogAndIsTriedAgain() throws Exception {
    script(home.resolve("mvnw"), "echo build >> builds; seq 100; exit 1");
    Run failed = run(home.resolve("hale"));
    assertEquals(1, failed.exit);
    assertEquals("", failed.out);
    List<String> lines = failed.err.lines().toList();
    assertEquals("81", lines.get(1));
    assertEquals("100", lines.get(20));
    assertEquals(
        "hale: the build failed; the whole log is in "
            + home.toRealPath().resolve("target/build.log"),
        lines.get(21));
    run(home.resolve("hale"));
    assertEquals(2, builds());
  }

  @Test
  void anOldJavaIsNamedInOneLine() throws Exception {
    Files.writeString(java.resolve("release"), "JAVA_VERSION=\"11.0.2\"\n");
    Run run = run(home.resolve("hale"));
    assertEquals(127, run.exit);
    assertEquals(1, run.err.lines().count());
    assertTrue(run.err.startsWith("hale: needs a JDK 17 or newer (JAVA_HOME is "), run.err);
    assertTrue(run.err.contains("; install with: "), run.err);
  }

  private record Run(int exit, String out, String err) {}

  private Run run(Path launcher, String... arguments) throws Exception {
    Process process = start(launcher, arguments);
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
    return new Run(process.waitFor(), out, err);
  }

  private Process start(Path launcher, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(launcher.toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(temp.toFile());
    builder.environment().put("JAVA_HOME", java.toString());
    builder.environment().remove("HALE_JAVA_OPTS");
    return builder.start();
  }

  private long builds() throws IOException {
    return Files.readAllLines(home.resolve("builds")).size();
  }

  private static void script(Path file, String body) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    assertTrue(file.toFile().setExecutable(true));
  }
}
