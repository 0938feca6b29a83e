package dev.hale.detection.result;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.Hale;
import dev.hale.TinyModel;
import dev.hale.app.detect.BatchDetection;
import dev.hale.app.detect.BrainSource;
import dev.hale.app.detect.DetectionOutcome;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomOptions;
import dev.hale.detection.AnomalyDetector;
import dev.hale.detection.DetectionProgress;
import dev.hale.io.ImageBytes;
import dev.hale.io.Nifti;
import dev.hale.io.ScanFiles;
import dev.hale.io.ScanReader;
import dev.hale.scan.AnomalyMap;
import dev.hale.scan.BrainMask;
import dev.hale.scan.DataException;
import dev.hale.scan.Grid;
import dev.hale.scan.Mask;
import dev.hale.scan.Scan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results that a program writes, beside those of {@code hale detect}. */
final class DetectedScanTest {
  @TempDir static Path temporary;
  private static Path model;
  private static List<Path> files;

  @BeforeAll
  static void modelAndScan() throws IOException {
    model = TinyModel.write(temporary.resolve("model"), "FLAIR", "T1");
    Scan scan = Phantom.subject(Pathology.GLIOMA, 50, new PhantomOptions(32, 32, 3, 6, 10)).scan();
    Path folder = Files.createDirectories(temporary.resolve("subject"));
    files = new ArrayList<>();
    for (String channel : List.of("FLAIR", "T1")) {
      Path file = folder.resolve(channel + ".nii.gz");
      Nifti.writeMap(file, scan.grid(), scan.channel(scan.channelIndex(channel)));
      files.add(file);
    }
  }

  @Test
  void aProgramWritesWhatTheCommandWrites() throws IOException {
    Path byCommand = temporary.resolve("by-command");
    Path byProgram = temporary.resolve("by-program/subject");
    Path fromBytes = temporary.resolve("from-bytes");
    try (AnomalyDetector detector = Hale.open(model)) {
      run(detector, byCommand);
      Scan scan = ScanReader.read(files);
      AnomalyMap found = detector.detect(scan);
      DetectionRecord record = DetectedScan.of(detector, scan, found).write(byProgram);
      assertEquals(record, DetectionRecord.read(byProgram));
      assertNull(record.slices());
      assertEquals(found.imageScore(), record.imageScore());

      Scan read = ScanReader.readAll(List.of(bytes(0), bytes(1)), List.of());
      Map<String, InputFile> inputs = new LinkedHashMap<>();
      for (int n = 0; n < 2; n++) {
        inputs.put(files.get(n).toString(), InputFile.of(bytes(n), read.channels().get(n)));
      }
      ScanInput input = ScanInput.of(read, detector.wanted()).madeFrom(inputs);
      DetectedScan.of(detector, input, detector.detect(read)).write(fromBytes.resolve("subject"));
      assertEquals(
          DetectionOutcome.Status.SKIPPED,
          run(detector, fromBytes).status(),
          "the command takes it for its own");
    }
    Map<String, byte[]> expected = images(byCommand.resolve("subject"));
    assertTrue(expected.size() > 5, expected.keySet().toString());
    for (Path folder : List.of(byProgram, fromBytes.resolve("subject"))) {
      Map<String, byte[]> written = images(folder);
      assertEquals(expected.keySet(), written.keySet());
      expected.forEach((name, image) -> assertArrayEquals(image, written.get(name), name));
    }
  }

  @Test
  void whatIsOddAboutAScanStandsInItsRecordWhoeverWritesIt() throws IOException {
    try (AnomalyDetector detector = Hale.open(model)) {
      Scan scan = ScanReader.read(files);
      byte[] brain = BrainMask.find(detector.wanted().of(scan));
      float[] voxels = scan.voxels().clone();
      voxels[scan.grid().index(16, 16, 1)] = Float.NaN;
      Scan odd = new Scan(scan.name(), scan.channels(), scan.grid(), voxels);
      ScanInput input =
          ScanInput.of(scan, detector.wanted()).withBrain(new Mask("brain", brain, List.of()));
      ScanInput given = new ScanInput(odd, input.brain(), input.made(), false);
      AnomalyMap found = detector.detect(odd, brain, DetectionProgress.NONE);
      DetectionRecord record =
          DetectedScan.of(detector, given, found).write(temporary.resolve("odd"));
      assertEquals(
          List.of(
              "scan %s, channel %s: voxels of the brain without a number: 1; they count as background"
                  .formatted(scan.name(), scan.channels().get(0))),
          record.warnings());
    }
  }

  @Test
  void aResultIsReplacedAndAnythingElseIsNot() throws IOException {
    Path out = temporary.resolve("replaced");
    try (AnomalyDetector detector = Hale.open(model)) {
      Scan scan = ScanReader.read(files);
      ScanInput input = ScanInput.of(scan, detector.wanted());
      byte[] everywhere = new byte[scan.grid().size()];
      Arrays.fill(everywhere, (byte) 1);
      Mask brain = new Mask("from the archive", everywhere, List.of());
      AnomalyMap found = detector.detect(scan);
      DetectedScan.of(detector, input, found).write(out);
      DetectedScan.of(detector, input.withBrain(brain), found).write(out);
      assertEquals("from the archive", DetectionRecord.read(out).brain());

      Path mine = Files.createDirectories(temporary.resolve("mine"));
      Path diary = Files.writeString(mine.resolve("diary.txt"), "today");
      DataException error =
          assertThrows(
              DataException.class, () -> DetectedScan.of(detector, input, found).write(mine));
      assertEquals(
          mine + " is there already and is no result of hale; write elsewhere", error.getMessage());
      assertEquals("today", Files.readString(diary));
      assertFalse(Files.exists(mine.resolve(DetectionRecord.FILE)));
    }
  }

  @Test
  void aMapOfAnotherScanIsRefused() {
    Grid grid = Grid.ofSpacing(2, 1, 1, 1, 1, 1);
    AnomalyMap other =
        new AnomalyMap(grid, new float[2], new byte[2], null, 1, "otsu", 0, Map.of());
    try (AnomalyDetector detector = Hale.open(model)) {
      DataException error =
          assertThrows(
              DataException.class, () -> DetectedScan.of(detector, ScanReader.read(files), other));
      assertTrue(error.getMessage().startsWith("grids differ: the scan has"), error.getMessage());
    }
  }

  private static DetectionOutcome run(AnomalyDetector detector, Path out) {
    BatchDetection.Listener silent =
        new BatchDetection.Listener() {
          @Override
          public void onSlices(int scan, double done, int total) {}

          @Override
          public void onSkipped(DetectionOutcome outcome, List<String> differences) {}

          @Override
          public void onFailure(String name, Throwable error) {
            throw new AssertionError(error);
          }
        };
    ScanFiles scan = new ScanFiles("subject", List.of("FLAIR", "T1"), files, "");
    return new BatchDetection(detector, new BrainSource.Background(), out, false, silent)
        .run(List.of(scan))
        .get(0);
  }

  private static ImageBytes bytes(int n) throws IOException {
    return new ImageBytes(
        "subject/" + files.get(n).getFileName(), Files.readAllBytes(files.get(n)));
  }

  /** All but the record, which has times. */
  private static Map<String, byte[]> images(Path folder) throws IOException {
    Map<String, byte[]> images = new TreeMap<>();
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path file : (Iterable<Path>) entries::iterator) {
        if (!file.endsWith(DetectionRecord.FILE)) {
          images.put(file.getFileName().toString(), Files.readAllBytes(file));
        }
      }
    }
    return images;
  }
}
