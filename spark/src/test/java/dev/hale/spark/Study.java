package dev.hale.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomOptions;
import dev.hale.data.phantom.PhantomSubject;
import dev.hale.io.Nifti;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;

/** Phantoms, what the command line finds in them, and what is to be the same in results. */
final class Study {
  private static final PhantomOptions SMALL = new PhantomOptions(32, 32, 5, 6, 18);

  private Study() {}

  /** Writes subjects s0, s1, … with small images and their brain masks. */
  static Path phantoms(Path folder, int subjects) throws IOException {
    for (int s = 0; s < subjects; s++) {
      Path subject = Files.createDirectories(folder.resolve("s" + s));
      PhantomSubject phantom = Phantom.subject(Pathology.MS, 1_000_000 + s, SMALL);
      for (String channel : List.of("FLAIR", "T1")) {
        Nifti.write(subject.resolve(channel + ".nii.gz"), phantom.scan().select(List.of(channel)));
      }
      Nifti.writeMask(subject.resolve("brain.nii.gz"), phantom.scan().grid(), phantom.brain());
    }
    return folder;
  }

  /** Copies a folder's files. */
  static void copy(Path subject, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Path file : contents(subject)) {
      Files.copy(file, folder.resolve(file.getFileName()));
    }
  }

  /** Runs the command line in a process of its own. */
  static void commandLine(String... arguments) throws IOException, InterruptedException {
    List<String> command = java();
    command.add("dev.hale.cli.Main");
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertEquals(0, process.waitFor());
  }

  /** The beginning of a command that runs a class of the tests' class path. */
  static List<String> java() {
    return new ArrayList<>(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            classPath()));
  }

  static String classPath() {
    String path = System.getProperty("surefire.test.class.path");
    return path == null ? System.getProperty("java.class.path") : path + File.pathSeparator;
  }

  /** Results but for the record, which has times in it, are byte for byte the same. */
  static void assertSameResults(Path expected, Path actual) throws IOException {
    Map<String, Path> theirs = byName(expected);
    Map<String, Path> ours = byName(actual);
    assertEquals(theirs.keySet(), ours.keySet());
    theirs.remove("detection.json");
    for (String name : theirs.keySet()) {
      assertArrayEquals(
          Files.readAllBytes(theirs.get(name)), Files.readAllBytes(ours.get(name)), name);
    }
  }

  private static Map<String, Path> byName(Path folder) throws IOException {
    Map<String, Path> files = new TreeMap<>();
    contents(folder).forEach(file -> files.put(file.getFileName().toString(), file));
    return files;
  }

  /** The lines by subject and status; Spark would detect twice to sort them. */
  static List<DetectionRow> sorted(Dataset<DetectionRow> rows) {
    return rows.collectAsList().stream()
        .sorted(
            Comparator.comparing(DetectionRow::getSubject).thenComparing(DetectionRow::getStatus))
        .toList();
  }

  static List<Path> contents(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }

  /** Names of what is in a folder, hidden ones too. */
  static List<String> names(Path folder) throws IOException {
    return contents(folder).stream().map(file -> file.getFileName().toString()).toList();
  }
}
