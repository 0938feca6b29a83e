package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hale.data.prepared.PreparedSet;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class PrepareCommandTest {
  @TempDir Path folder;

  @Test
  void neighboursLieAsFarApartAsWasAsked() throws Exception {
    Path set = folder.resolve("phantoms");
    CommandRun run =
        CommandRun.of(
            "prepare",
            "phantom",
            "--quiet",
            "--subjects=2",
            "--channels=FLAIR",
            "--image-size=16",
            "--spacing=12",
            "--slice-distance=10", // two slices of phantoms
            "--out=" + set);
    assertEquals(0, run.exit(), run.err());
    try (PreparedSet read = PreparedSet.open(set)) {
      assertEquals(10, read.preprocessing().sliceDistance());
      assertEquals(List.of(2, 2), List.copyOf(read.steps().values()));
    }
  }
}
