package dev.hale;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomOptions;
import dev.hale.detection.AnomalyDetector;
import dev.hale.engine.CheckpointException;
import dev.hale.scan.Scan;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that are opened by their names, out of jars. */
final class HaleBundledTest {
  @TempDir Path temporary;

  @Test
  void aModelInAJarDetectsLikeTheFolderAndLeavesNothingBehind() throws IOException {
    Path folder = TinyModel.write(temporary.resolve("model"), "FLAIR", "T1");
    Scan scan = Phantom.subject(Pathology.GLIOMA, 50, new PhantomOptions(32, 32, 3, 6, 10)).scan();
    float[] expected;
    try (AnomalyDetector detector = Hale.open(folder)) {
      expected = detector.detect(scan).map();
    }
    URL jar = jar(folder, "tiny").toUri().toURL();
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    List<Path> leftBefore = unpacked();
    try (URLClassLoader context = new URLClassLoader(new URL[] {jar}, before)) {
      Thread.currentThread().setContextClassLoader(context);
      try (AnomalyDetector detector = Hale.openBundled("tiny")) {
        assertEquals(leftBefore, unpacked());
        assertArrayEquals(expected, detector.detect(scan).map());
      }
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  @Test
  void theDemosModelIsThere() {
    try (AnomalyDetector detector = Hale.openBundled("demo")) {
      assertEquals("combined-regeneration", detector.provenance().get("method"));
      assertEquals(List.of("FLAIR", "T1", "T1c", "T2"), detector.channels());
    }
  }

  @Test
  void aModelThatIsNotThereIsNamedWithTheJarThatHasOne() throws IOException {
    List<Path> leftBefore = unpacked();
    CheckpointException error =
        assertThrows(CheckpointException.class, () -> Hale.openBundled("tiny"));
    assertEquals(
        "there is no bundled model tiny on the class path, no"
            + " META-INF/hale/models/tiny/detector.json; dev.hale:hale-models brings demo",
        error.getMessage());
    assertEquals(leftBefore, unpacked());
    CheckpointException outside =
        assertThrows(CheckpointException.class, () -> Hale.openBundled("../demo"));
    assertTrue(outside.getMessage().startsWith("a bundled model has a plain name"));
  }

  private Path jar(Path folder, String name) throws IOException {
    Path jar = temporary.resolve(name + ".jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        out.putNextEntry(
            new JarEntry("META-INF/hale/models/%s/%s".formatted(name, file.getFileName())));
        Files.copy(file, out);
        out.closeEntry();
      }
    }
    return jar;
  }

  private static List<Path> unpacked() throws IOException {
    try (Stream<Path> entries = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return entries
          .filter(entry -> entry.getFileName().toString().startsWith("hale-tiny"))
          .sorted()
          .toList();
    }
  }
}
