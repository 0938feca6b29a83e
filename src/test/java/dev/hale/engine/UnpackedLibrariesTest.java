package dev.hale.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.training.processes.ChildJvm;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnpackedLibrariesTest {
  private static final long TIME = 1_700_000_000_000L;
  private static final byte[] LARGE = bytes(6_000_000);
  private static final byte[] SMALL = bytes(10_000);

  @TempDir Path temp;
  private Path jar;
  private Path cache;
  private URL sample;
  private Path large;
  private Path small;

  /** Unpacks a jar's folder to a cache. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws IOException {
      System.setErr(System.out); // where the log goes
      UnpackedLibraries.complete(Path.of(arguments[0]), List.of(URI.create(arguments[1]).toURL()));
    }
  }

  /** Has a cache's lock until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws Exception {
      Path lock = Path.of(arguments[0]).resolve(UnpackedLibraries.LOCK);
      try (FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        channel.lock();
        System.out.println("held");
        Thread.sleep(Long.MAX_VALUE);
      }
    }
  }

  @BeforeEach
  void makeJar() throws IOException {
    cache = Files.createDirectory(temp.resolve("cache"));
    jar = temp.resolve("natives.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      add(out, "other/libother.so", SMALL);
      add(out, "dev/hale/platform/liblarge.so.1", LARGE);
      add(out, "dev/hale/platform/libsmall.so", SMALL);
      add(out, "dev/hale/platform/include/header.h", SMALL);
    }
    sample = URI.create("jar:" + jar.toUri() + "!/dev/hale/platform/libsmall.so").toURL();
    Path folder = cache.resolve("natives.jar/dev/hale/platform");
    large = folder.resolve("liblarge.so.1");
    small = folder.resolve("libsmall.so");
  }

  private static void add(JarOutputStream jar, String name, byte[] bytes) throws IOException {
    JarEntry entry = new JarEntry(name);
    entry.setLastModifiedTime(FileTime.fromMillis(TIME));
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    CRC32 sum = new CRC32();
    sum.update(bytes);
    entry.setCrc(sum.getValue());
    jar.putNextEntry(entry);
    jar.write(bytes);
    jar.closeEntry();
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private void complete() {
    UnpackedLibraries.complete(cache, List.of(sample));
  }

  private void assertWhole() throws IOException {
    assertArrayEquals(LARGE, Files.readAllBytes(large));
    assertArrayEquals(SMALL, Files.readAllBytes(small));
    assertEquals(TIME, Files.getLastModifiedTime(large).toMillis());
    assertEquals(TIME, Files.getLastModifiedTime(small).toMillis());
    assertEquals(List.of("liblarge.so.1", "libsmall.so"), names(large.getParent()));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void theSamplesFolderIsUnpackedAndNothingElse() throws IOException {
    complete();
    assertWhole();
    assertEquals(List.of("hale.lock", "natives.jar"), names(cache));
    assertEquals(List.of("dev"), names(cache.resolve("natives.jar")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "missing",
        "empty",
        "cut at 10 %",
        "cut at 50 %",
        "cut at 90 %",
        "one byte short",
        "written but not finished",
        "link to nothing"
      })
  void whatAnInterruptedRunLeftIsRepaired(String damage) throws IOException {
    complete();
    for (Path file : List.of(large, small)) {
      damage(file, damage);
    }
    Files.write(large.resolveSibling("liblarge.so.1.1234.hale-part"), SMALL);
    complete();
    assertWhole();
  }

  private static void damage(Path file, String damage) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    switch (damage) {
      case "missing" -> {}
      case "empty" -> Files.createFile(file);
      case "one byte short" -> Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
      case "written but not finished" -> Files.write(file, bytes);
      case "link to nothing" -> Files.createSymbolicLink(file, Path.of("gone"));
      default -> {
        int percent = Integer.parseInt(damage.replaceAll("\\D", ""));
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 100 * percent));
        Files.setLastModifiedTime(file, FileTime.fromMillis(TIME));
      }
    }
  }

  @Test
  void anotherVersionOfTheSameSizeAndTimeIsNotTakenForThisOne() throws IOException {
    complete();
    byte[] next = SMALL.clone();
    next[next.length - 1]++;
    Files.write(small, next);
    Files.setLastModifiedTime(small, FileTime.fromMillis(TIME));
    complete();
    assertWhole();
  }

  @Test
  void linksThatJavaCppMadeStay() throws IOException {
    complete();
    Path elsewhere = Files.write(temp.resolve("libsmall.so"), SMALL);
    Files.delete(small);
    Files.createSymbolicLink(small, elsewhere);
    complete();
    assertTrue(Files.isSymbolicLink(small));
  }

  @Test
  void aProcessThatWasStoppedWhileUnpackingHoldsUpNoneThatFindsAllWhole() throws Exception {
    complete();
    try (ChildJvm holder = ChildJvm.start(temp, Holder.class, cache)) {
      holder.awaitOutput("held");
      holder.freeze();
      try (ChildJvm child = ChildJvm.start(temp, Child.class, cache, sample)) {
        assertEquals(0, child.await(), child.err());
        assertEquals("", child.out());
      }
    }
  }

  @Test
  void aProcessWaitsWhileAnotherUnpacksButNotForOneThatWasKilled() throws Exception {
    try (ChildJvm holder = ChildJvm.start(temp, Holder.class, cache)) {
      holder.awaitOutput("held");
      try (ChildJvm child = ChildJvm.start(temp, Child.class, cache, sample)) {
        child.awaitOutput("waiting for another process that unpacks native libraries to " + cache);
        assertFalse(Files.exists(large));
        holder.kill();
        assertEquals(0, child.await(), child.err());
      }
    }
    assertWhole();
  }

  @Test
  void aFolderThatCannotBeLockedIsNoObstacle() throws IOException {
    Files.createDirectory(cache.resolve(UnpackedLibraries.LOCK));
    complete();
    assertWhole();
  }

  @Test
  void withoutRoomItSaysWhereAndHowMuchAndTheNextRunWithRoomWorks() throws Exception {
    List<String> limited = List.of("sh", "-c", "ulimit -f 2048; exec \"$@\"", "sh");
    try (ChildJvm child = ChildJvm.start(temp, limited, Map.of(), Child.class, cache, sample)) {
      assertEquals(1, child.await(), child.out());
      assertTrue(child.out().contains("cannot be unpacked to " + cache + ": "), child.out());
      assertTrue(child.out().contains("(7 MB needed, "), child.out());
      assertTrue(child.out().contains("-Dorg.bytedeco.javacpp.cachedir=FOLDER"), child.out());
    }
    assertEquals(List.of(), names(large.getParent()));
    complete();
    assertWhole();
  }

  @Test
  void aDamagedJarIsRefusedByName() throws IOException {
    byte[] bytes = Files.readAllBytes(jar);
    bytes[bytes.length / 2]++;
    Files.write(jar, bytes);
    DeviceException refused = assertThrows(DeviceException.class, this::complete);
    assertTrue(
        refused.getMessage().contains("liblarge.so.1 in " + jar + " is damaged"),
        refused.getMessage());
    assertEquals(List.of(), names(large.getParent()));
  }
}
