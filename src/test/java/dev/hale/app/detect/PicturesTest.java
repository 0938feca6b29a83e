package dev.hale.app.detect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.training.processes.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PicturesTest {
  @TempDir Path folder;

  /** Were there a temporary file on the way, it could not be made. */
  @Test
  void picturesNeedNoTemporaryFolder() throws Exception {
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    Path absent = folder.resolve("absent");
    List<String> options = List.of("-Djava.io.tmpdir=" + absent);
    try (ChildJvm child = ChildJvm.start(folder, options, PicturesMain.class, pictures)) {
      assertEquals(0, child.await(), child.err());
    }
    for (String file : List.of("map.png", "montage.png", "loss.png")) {
      assertTrue(Files.size(pictures.resolve(file)) > 50, file);
    }
    assertTrue(Files.readString(pictures.resolve("report.html")).startsWith("data:image/png"));
    assertFalse(Files.exists(absent));
  }
}
