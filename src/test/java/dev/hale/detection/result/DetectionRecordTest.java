package dev.hale.detection.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that were damaged after they were written. */
final class DetectionRecordTest {
  private static final String SOUND =
      """
      {"name": "p", "inputs": {"a.nii": "FLAIR"}, "brain": "found", "imageScore": 0,
       "threshold": 1, "thresholdName": "otsu", "seconds": {"read": 0.5},
       "files": ["map.nii.gz"], "finished": "", "provenance": {"method": "intensity"}}
      """;

  @TempDir Path folder;

  @Test
  void aRecordWithGapsIsRefusedInOneLine() throws IOException {
    write(SOUND);
    assertEquals(0.5, DetectionRecord.read(folder).totalSeconds());
    for (String gap :
        List.of(
            "null",
            SOUND.replace("0.5", "null"),
            SOUND.replace("\"FLAIR\"", "null"),
            SOUND.replace("\"FLAIR\"", "{\"bytes\": 7}"),
            SOUND.replace("{\"read\": 0.5}", "null"),
            SOUND.replace("[\"map.nii.gz\"]", "null"),
            SOUND.replace("\"map.nii.gz\"", "{\"bytes\": 7}"),
            SOUND.replace("{\"method\": \"intensity\"}", "null"),
            SOUND.substring(0, 100))) {
      write(gap);
      String message =
          assertThrows(DataException.class, () -> DetectionRecord.read(folder)).getMessage();
      assertTrue(message.contains("detection.json: is no record of a detection"), message);
      assertFalse(message.contains("FLAIR"), "it quotes the file: " + message);
    }
  }

  /** Where a path cannot be, no file is. */
  @Test
  void aNameThatIsNoPathIsMissing() throws IOException {
    write(SOUND.replace("map.nii.gz", "a\\u0000b"));
    assertEquals(List.of("a\0b is missing"), DetectionRecord.read(folder).damage(folder));
  }

  private void write(String text) throws IOException {
    Files.writeString(folder.resolve(DetectionRecord.FILE), text);
  }
}
