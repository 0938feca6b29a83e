package dev.hale.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hale.cli.InOwnLanguage;
import dev.hale.cli.Main;
import dev.hale.io.Nifti;
import dev.hale.scan.Grid;
import dev.hale.training.processes.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands where something around them is in their way: one line says so, and nothing is half. */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
final class SurroundingsTest {
  private static final int DATA = 3;
  private static final int PARTIAL = 6;

  /** Of a set, of each scan, and how many scans it was. */
  private static final String TOO_LATE =
      "hale: (.* is there already; .*|\\d+ of \\d+ scans failed)";

  @TempDir Path folder;
  private SmallStudy study;

  @BeforeEach
  void writeStudy() throws IOException {
    study = SmallStudy.in(folder);
  }

  /** Where even root cannot write. */
  @Test
  void whereNothingCanBeWrittenOneLineSaysSo() throws Exception {
    Path nowhere = Path.of("/proc/hale");
    for (List<String> command : List.of(study.detect(nowhere), SmallStudy.prepare(nowhere))) {
      try (ChildJvm child = start(List.of(), command)) {
        assertEquals(DATA, child.await(), child.err());
        requireOneLine(child, "/proc/hale");
      }
    }
  }

  @Test
  void aReadOnlyFolderIsSaidInOneLineAndStaysAsItIs() throws Exception {
    Path kept = Files.createDirectory(folder.resolve("kept"));
    Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      assumeFalse(Files.isWritable(kept), "root writes everywhere");
      for (List<String> command :
          List.of(study.detect(kept), SmallStudy.prepare(kept.resolve("set")))) {
        try (ChildJvm child = start(List.of(), command)) {
          assertEquals(DATA, child.await(), child.err());
          assertTrue(child.err().contains("access denied"), child.err());
          assertFalse(child.err().contains("\tat "), child.err());
        }
      }
      assertEquals(0, kept.toFile().list().length);
    } finally {
      Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void aFullDiskIsSaidInOneLineAndLeavesNothingHalf() throws Exception {
    Path small = Files.createDirectory(folder.resolve("small"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small), "mounting is not permitted");
    try {
      try (ChildJvm child = start(List.of(), SmallStudy.prepare(small.resolve("set")))) {
        assertEquals(DATA, child.await(), child.err());
        requireOneLine(child, "No space left on device");
        assertFalse(Files.exists(small.resolve("set")), "half a set is left");
      }
      Files.write(small.resolve("ballast"), new byte[40_000]);
      try (ChildJvm child = start(List.of(), study.detect(small.resolve("out")))) {
        assertTrue(child.await() != 0, child.err());
        assertTrue(child.err().contains("No space left on device"), child.err());
        assertFalse(child.err().contains("\tat "), child.err());
      }
    } finally {
      assertTrue(run("umount", small), "still mounted");
    }
  }

  @Test
  void twoAtOnceLeaveWhatOneLeaves() throws Exception {
    Path alone = folder.resolve("alone");
    Path both = folder.resolve("both");
    complete(study.detect(alone.resolve("found")));
    complete(SmallStudy.prepare(alone.resolve("set")));
    for (List<String> command :
        List.of(study.detect(both.resolve("found")), SmallStudy.prepare(both.resolve("set")))) {
      try (ChildJvm one = start(List.of(), command);
          ChildJvm other = start(List.of(), command)) {
        for (ChildJvm child : List.of(one, other)) {
          int code = child.await();
          assertTrue(code == 0 || code == DATA || code == PARTIAL, child.err());
          child
              .err()
              .lines()
              .filter(line -> line.startsWith("hale: "))
              .forEach(line -> assertTrue(line.matches(TOO_LATE), line));
        }
      }
    }
    SameFiles.require(alone, both, "two at once");
  }

  /** What is too large for the heap is said, with what to do. */
  @Test
  void aSmallHeapIsSaidInOneLine() throws Exception {
    Path large = Files.createDirectories(folder.resolve("large/p"));
    Grid grid = Grid.ofSpacing(256, 256, 160, 1, 1, 1);
    float[] voxels = new float[grid.size()];
    for (int v = 0; v < voxels.length; v++) {
      voxels[v] = v % 97;
    }
    Nifti.writeMap(large.resolve("FLAIR.nii.gz"), grid, voxels);
    Nifti.writeMap(large.resolve("T1.nii.gz"), grid, voxels);
    List<String> command =
        List.of("detect", "--model=" + study.model(), "--out=" + folder.resolve("out"), large + "");
    try (ChildJvm child = start(List.of("-Xmx64m"), command)) {
      assertTrue(child.await() != 0, child.err());
      requireOneLine(child, "hale: p failed: out of memory");
      assertTrue(child.err().contains("-Xmx"), child.err());
    }
  }

  /** The command line has its own language; programs that embed hale have theirs. */
  @ParameterizedTest
  @ValueSource(strings = {"tr TR", "de DE", "ar EG nu-arab", "hi IN nu-deva", "th TH ca-buddhist"})
  void everyLanguageGivesTheSameFiles(String locale) throws Exception {
    String[] part = locale.split(" ", -1);
    List<String> options =
        List.of(
            "-Duser.language=" + part[0],
            "-Duser.country=" + part[1],
            "-Duser.extensions=" + (part.length > 2 ? part[2] : ""));
    Path work = folder.resolve("work");
    List<List<String>> commands =
        List.of(study.detect(work.resolve("found")), SmallStudy.prepare(work.resolve("set")));
    for (List<String> command : commands) {
      complete(command);
    }
    Path english = Files.move(work, folder.resolve("english"));
    for (List<String> command : commands) {
      Object[] arguments = command.toArray();
      try (ChildJvm child = ChildJvm.start(folder, options, InOwnLanguage.class, arguments)) {
        assertEquals(0, child.await(), child::err);
      }
    }
    SameFiles.require(english, work, locale);
  }

  @Test
  void aProcessThatIsStoppedGoesOn() throws Exception {
    Path work = folder.resolve("work");
    complete(study.detect(work));
    Path whole = Files.move(work, folder.resolve("whole"));
    try (ChildJvm child = start(List.of(), study.detect(work))) {
      while (!child.endsWithin(300)) {
        child.freeze();
        Thread.sleep(200);
        child.thaw();
      }
      assertEquals(0, child.await(), child::err);
    }
    SameFiles.require(whole, work, "stopped");
  }

  private void complete(List<String> command) throws Exception {
    try (ChildJvm child = start(List.of(), command)) {
      assertEquals(0, child.await(), child::err);
    }
  }

  private ChildJvm start(List<String> options, List<String> command) {
    return ChildJvm.start(folder, options, Main.class, command.toArray());
  }

  /** One line is an error's, whatever progress was shown before it. */
  private static void requireOneLine(ChildJvm child, String expected) {
    List<String> lines = child.err().lines().filter(line -> line.startsWith("hale: ")).toList();
    assertEquals(1, lines.size(), child.err());
    assertTrue(lines.get(0).contains(expected), child.err());
    assertFalse(child.err().contains("\tat "), child.err());
  }

  private static boolean run(Object... command) throws Exception {
    List<String> words = Arrays.stream(command).map(Object::toString).toList();
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    return process.waitFor() == 0;
  }
}
