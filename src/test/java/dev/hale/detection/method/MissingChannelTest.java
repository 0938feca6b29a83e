package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.TinyModel;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomSubject;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.SliceDetector;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.scan.AnomalyMap;
import dev.hale.scan.Axis;
import dev.hale.scan.DataException;
import dev.hale.scan.Normalisation;
import dev.hale.scan.Preprocessing;
import dev.hale.scan.Scan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scans that lack a channel which their model can do without. */
@Tag("slow")
class MissingChannelTest {
  @TempDir static Path folder;
  private static PhantomSubject subject;

  @BeforeAll
  static void model() throws IOException {
    TinyModel.write(folder, "FLAIR", "T1");
    TinyModel.writeAllNetworks(folder, "FLAIR", "T1");
    TinyModel.makeOptional(folder, "T1");
    subject = Phantom.subject(Pathology.GLIOMA, 3);
  }

  static Stream<String> learned() {
    return MethodsTest.learned();
  }

  private static AnomalyMap detect(String name, Scan scan) {
    DetectionMethod<?> method = Methods.named(name);
    DetectorConfig config = DetectorConfig.unmeasured(method, MethodsTest.settings(method), 99);
    try (SliceDetector detector = new SliceDetector(folder, config, DetectorOptions.defaults())) {
      return detector.detect(scan, subject.brain(), DetectionProgress.NONE);
    }
  }

  @ParameterizedTest
  @MethodSource("learned")
  void everyMethodDoesWithoutIt(String name) {
    AnomalyMap found = detect(name, subject.scan().select(List.of("FLAIR")));
    float highest = 0;
    for (float value : found.map()) {
      highest = Math.max(highest, value);
      assertTrue(value >= 0, "a map of " + value);
    }
    assertTrue(highest > 0);
    if (found.reconstruction() != null) {
      assertEquals(List.of("FLAIR"), found.reconstruction().channels());
    }
  }

  @Test
  void aChannelThatIsNeededIsMissed() {
    DataException lacks =
        assertThrows(
            DataException.class, () -> detect("attribution", subject.scan().select(List.of("T1"))));
    assertTrue(lacks.getMessage().contains("has no channel FLAIR"), lacks.getMessage());
  }

  @Test
  void nothingIsSaidAboutAnAbsentChannel() {
    Preprocessing images =
        new Preprocessing(
            List.of("FLAIR", "T1"),
            2,
            1,
            Axis.AXIAL,
            1,
            99,
            0,
            List.of("T1"),
            Normalisation.PERCENTILES,
            0);
    AbsentChannels absent = new AbsentChannels(images);
    float[][] seen = {{-1, 0, 0, -1, -1, 0.5f, 0, -1}, {-1, 0, 0, -1, -1, -1, -1, -1}};
    float[][] said = {{1, 2, 3, 4, 5, 6, 7, 8}, {1, 2, 3, 4, 5, 6, 7, 8}};
    try (Scope scope = new Scope()) {
      Tensor x = Tensors.of(seen, 0, 2, 2, 2, 2, 2);
      Tensor values = Tensors.of(said, 0, 2, 2, 2, 2, 2);
      assertArrayEquals(
          new float[] {1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, -1, -1, -1, -1},
          Tensors.values(absent.asInImages(values, x)));
      assertArrayEquals(
          new float[] {1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 0, 0, 0, 0},
          Tensors.values(absent.zero(values, x)));
      Preprocessing all = new Preprocessing(List.of("FLAIR", "T1"), 2, 1, Axis.AXIAL);
      assertSame(values, new AbsentChannels(all).zero(values, x));
    }
  }
}
