package dev.hale.app.prepare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hale.app.train.SetImages;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.data.prepared.PreparedSetWriter;
import dev.hale.data.prepared.PreparedSlice;
import dev.hale.data.prepared.Split;
import dev.hale.detection.SliceImages;
import dev.hale.scan.Axis;
import dev.hale.scan.BrainMask;
import dev.hale.scan.DataException;
import dev.hale.scan.Grid;
import dev.hale.scan.Normalisation;
import dev.hale.scan.PreparedScan;
import dev.hale.scan.Preprocessing;
import dev.hale.scan.Scan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Slices that count as neighbours lie as far apart as was asked, whatever a scan's thickness. */
class SliceDistanceTest {
  private static final double HEIGHT = 24; // mm

  @TempDir Path folder;

  private static Preprocessing images(double distance) {
    return new Preprocessing(
        List.of("FLAIR"),
        4,
        1,
        Axis.AXIAL,
        0,
        100,
        0,
        List.of(),
        Normalisation.PERCENTILES,
        distance);
  }

  /** As bright as it lies high, in millimetres. */
  private static Scan scan(double thickness) {
    Grid grid = Grid.ofSpacing(4, 4, (int) (HEIGHT / thickness), 1, 1, thickness);
    float[] voxels = new float[grid.size()];
    for (int v = 0; v < voxels.length; v++) {
      int slice = v / 16;
      voxels[v] = (float) (thickness * (slice + 0.5));
    }
    return new Scan("s" + thickness, List.of("FLAIR"), grid, voxels);
  }

  private static PreparedScan prepared(double thickness, double distance) {
    Scan scan = scan(thickness);
    return images(distance).prepare(scan, BrainMask.whole(scan.grid()));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 1",
    "1, 4, 4",
    "2, 4, 2",
    "3, 4, 1",
    "6, 4, 1",
    "1.5, 4, 3",
    "4, 0, 1",
    "2, 1e300, 12"
  })
  void aStepIsTheWholeNumberOfSlicesThatComesClosest(
      double thickness, double distance, int expected) {
    assertEquals(expected, prepared(thickness, distance).sliceStep());
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 2, 4})
  void neighboursOfAScanLieAsFarApartAsWasAsked(double thickness) {
    PreparedScan scan = prepared(thickness, 4);
    SliceImages slices = SliceImages.of(scan, 2);
    for (int n = 0; n < scan.count(); n++) {
      double place = thickness * n;
      for (int d = -2; d <= 2; d++) {
        int there = slices.neighbours()[n][2 + d];
        boolean inside = place + 4 * d >= 0 && place + 4 * d < HEIGHT;
        assertEquals(inside, there != SliceImages.NONE, "slice %d, %d on".formatted(n, d));
        if (inside) {
          assertEquals(place + 4 * d, thickness * there, 1e-9);
        }
      }
    }
  }

  @Test
  void aPreparedSetHasTheNeighboursOfItsScans() {
    List<PreparedScan> scans = List.of(prepared(1, 4), prepared(2, 4), prepared(4, 4));
    String nextOnes;
    try (PreparedSet set = PreparedSet.open(written("next", 0, scans, false))) {
      assertEquals(Map.of(), set.steps());
      nextOnes = set.indexChecksum();
    }
    try (PreparedSet set = PreparedSet.open(written("set", 4, scans, true))) {
      assertEquals(Map.of("s1.0", 4, "s2.0", 2), set.steps());
      assertNotEquals(nextOnes, set.indexChecksum(), "other neighbours, another set to train on");
      int first = 0;
      for (PreparedScan scan : scans) {
        List<Integer> rows = IntStream.range(first, first + scan.count()).boxed().toList();
        float[][] stacked = SliceImages.of(scan, 1).stacked();
        float[][] read = SetImages.withNeighbours(set, rows, 1).stacked();
        for (int n = 0; n < scan.count(); n++) {
          assertArrayEquals(stacked[n], read[n]);
          float[][] planes = set.planes(first + n, 1);
          float[] trained = new float[stacked[n].length];
          set.stack(planes, trained, 0);
          assertArrayEquals(stacked[n], trained, "what is trained on is what is detected in");
        }
        first += scan.count();
      }
    }
  }

  private Path written(String name, double distance, List<PreparedScan> scans, boolean steps) {
    Path set = folder.resolve(name);
    assertTrue(set.toFile().mkdir());
    try (PreparedSetWriter writer = new PreparedSetWriter(set, images(distance))) {
      for (PreparedScan scan : scans) {
        if (steps) {
          writer.step(scan.scan().name(), scan.sliceStep());
        }
        for (int n = 0; n < scan.count(); n++) {
          PreparedSlice slice =
              new PreparedSlice(
                  scan.scan().name(), n, Split.TRAIN, 0, OptionalInt.empty(), 1, "made up");
          writer.add(slice, scan.images()[n], scan.masks()[n], null);
        }
      }
      writer.finish(JsonNodeFactory.instance.objectNode());
    }
    return set;
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"s1.0\" : 0}", "{\"s1.0\" : \"2\"}", "{\"s1.0\" : 1.5}", "[2]", "3"})
  void damagedStepsAreRefused(String steps) throws IOException {
    Path set = written("set", 4, List.of(prepared(1, 4)), true);
    Path file = set.resolve("set.json");
    String good = Files.readString(file);
    String damaged = good.replaceAll("(?s)(\"slice_steps\" : )\\{.*?}", "$1" + steps);
    assertNotEquals(good, damaged);
    Files.writeString(file, damaged);
    DataException e = assertThrows(DataException.class, () -> PreparedSet.open(set));
    assertTrue(e.getMessage().startsWith(file + ": slice_steps is "), e.getMessage());
  }

  @Test
  void nonsenseIsRefused() {
    assertThrows(DataException.class, () -> images(-1));
    assertThrows(DataException.class, () -> images(Double.NaN));
    assertThrows(DataException.class, () -> images(Double.POSITIVE_INFINITY));
    try (PreparedSetWriter writer = new PreparedSetWriter(folder, images(2))) {
      assertThrows(DataException.class, () -> writer.step("one", 0));
    }
  }
}
