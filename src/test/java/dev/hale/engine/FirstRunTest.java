package dev.hale.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.hale.engine.kernels.KernelReport;
import dev.hale.training.processes.ChildJvm;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** LibTorch's own libraries, from an empty folder on: half a gigabyte is written, then deleted. */
@Tag("slow")
class FirstRunTest {
  @TempDir Path temp;

  /** Loads everything from a cache, says what JavaCPP had to unpack itself and what is foreign. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws IOException {
      System.setProperty("org.bytedeco.javacpp.cachedir", arguments[0]);
      Path cache = Path.of(arguments[0]);
      NativeLibraries.unpack();
      Map<Path, Object> before = libraries(cache);
      Engine.load();
      KernelReport.cpu();
      libraries(cache).entrySet().stream()
          .filter(library -> !library.getValue().equals(before.get(library.getKey())))
          .forEach(library -> System.out.println("unpacked by JavaCPP: " + library.getKey()));
      Path maps = Path.of("/proc/self/maps"); // not on macOS
      try (Stream<String> mapped = Files.exists(maps) ? Files.lines(maps) : Stream.empty()) {
        mapped
            .map(line -> line.replaceFirst("^[^/]*", ""))
            .filter(file -> file.matches(".*/lib(torch|c10).*") && !file.startsWith(arguments[0]))
            .distinct()
            .forEach(file -> System.out.println("foreign: " + file));
      }
      System.out.println("loaded");
    }

    private static Map<Path, Object> libraries(Path cache) throws IOException {
      Map<Path, Object> found = new TreeMap<>();
      try (Stream<Path> files = Files.walk(cache)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          if (file.getFileName().toString().startsWith("lib") && !Files.isSymbolicLink(file)) {
            found.put(file, Files.getAttribute(file, "unix:ino"));
          }
        }
      }
      return found;
    }
  }

  @Test
  void startsFromAnEmptyFolderAndAfterABrokenUnpackingBesideAnotherLibTorch() throws Exception {
    assumeFalse(NativeLibraries.isGpuBuild()); // which unpacks gigabytes
    Path cache = Files.createDirectory(temp.resolve("cache")).toRealPath();
    Map<String, String> beside = Map.of("LD_LIBRARY_PATH", decoys().toString());
    assertLoads(cache, beside);
    cut(cache, System.mapLibraryName("torch_cpu"), 0.5);
    cut(cache, System.mapLibraryName("c10"), 0.9);
    cut(cache, System.mapLibraryName("jniopenblas_nolapack"), 0);
    assertLoads(cache, beside);
  }

  private void assertLoads(Path cache, Map<String, String> environment) throws Exception {
    try (ChildJvm child = ChildJvm.start(temp, List.of(), environment, Child.class, cache)) {
      assertEquals(0, child.await(), child.err());
      assertEquals("loaded" + System.lineSeparator(), child.out());
    }
  }

  /** Libraries that have LibTorch's names and nothing of what is in them. */
  private Path decoys() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("other"));
    for (String name : List.of("torch", "torch_cpu", "torch_cuda", "c10", "c10_cuda")) {
      Files.copy(
          Path.of(System.getProperty("hale.test.standIn")),
          folder.resolve(System.mapLibraryName(name)));
    }
    return folder;
  }

  private static void cut(Path cache, String name, double share) throws IOException {
    try (Stream<Path> files = Files.walk(cache)) {
      Path file =
          files.filter(f -> f.endsWith(name) && !Files.isSymbolicLink(f)).findAny().orElseThrow();
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate((long) (channel.size() * share));
      }
    }
  }
}
