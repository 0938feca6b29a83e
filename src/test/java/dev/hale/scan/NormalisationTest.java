package dev.hale.scan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NormalisationTest {
  private static final Grid GRID = Grid.ofSpacing(40, 40, 20, 1, 1, 1);

  /** Two tissues, 10 ± 1 and {@code white} ± 1, and a few voxels of bright fat. */
  private static Scan scan(double white, double fat) {
    Random random = new Random(5);
    float[] voxels = new float[GRID.size()];
    for (int v = 0; v < voxels.length; v++) {
      double mean = v % 50 == 0 ? fat : v % 3 == 0 ? 10 : white;
      voxels[v] = (float) (mean + random.nextGaussian());
    }
    return new Scan("two tissues", List.of("FLAIR"), GRID, voxels);
  }

  private static PreparedScan prepared(Scan scan, Normalisation how) {
    return new Preprocessing(List.of("FLAIR"), 20, 2, Axis.AXIAL, 1, 99.5, 0, List.of(), how, 0)
        .prepare(scan, BrainMask.whole(GRID));
  }

  private static float median(PreparedScan prepared) {
    float[] values = prepared.images()[3].clone();
    Arrays.sort(values);
    return values[values.length / 2];
  }

  @Test
  void theMedianIsALandmarkHoweverBrightTheFat() {
    double[] intensities = new double[2];
    for (int i = 0; i < 2; i++) {
      Scan scan = scan(20, i == 0 ? 60 : 90);
      float[] sorted = scan.voxels().clone();
      Arrays.sort(sorted);
      IntensityScale scale = Normalisation.LANDMARKS.scale(sorted, 8, 80);
      assertEquals(-1, scale.value(8), 1e-12);
      assertEquals(1, scale.value(80), 1e-12);
      intensities[i] = Normalisation.percentile(sorted, 50);
      assertEquals(-0.2, scale.value(intensities[i]), 1e-12);
    }
    float plain = median(prepared(scan(20, 60), Normalisation.PERCENTILES));
    float plainFat = median(prepared(scan(20, 90), Normalisation.PERCENTILES));
    assertTrue(Math.abs(plain - plainFat) > 0.1, plain + " and " + plainFat);
    float landmark = median(prepared(scan(20, 60), Normalisation.LANDMARKS));
    float landmarkFat = median(prepared(scan(20, 90), Normalisation.LANDMARKS));
    assertEquals(landmark, landmarkFat, 0.03);
  }

  @Test
  void whiteMatterIsTheBrighterOfTwoPeaksWhateverTheFat() {
    for (double fat : new double[] {40, 60, 90}) {
      for (double white : new double[] {20, 30}) {
        PreparedScan prepared = prepared(scan(white, fat), Normalisation.WHITE_MATTER);
        double lower = prepared.lower()[0];
        double peak = lower + (prepared.upper()[0] - lower) / 2.5;
        assertEquals(white, peak, 0.7, "fat of %s".formatted(fat));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Normalisation.class)
  void intensitiesComeBackAsTheyWere(Normalisation how) {
    Scan scan = scan(20, 60);
    PreparedScan prepared = prepared(scan, how);
    float[] sorted = scan.voxels().clone();
    Arrays.sort(sorted);
    IntensityScale scale = how.scale(sorted, prepared.lower()[0], prepared.upper()[0]);
    double before = Double.NEGATIVE_INFINITY;
    for (double intensity = -5; intensity < 120; intensity += 0.37) {
      double value = scale.value(intensity);
      assertTrue(value > before, "ascending");
      assertEquals(intensity, scale.intensity(value), 1e-9);
      before = value;
    }
    float[][] changed = new float[prepared.count()][];
    Arrays.setAll(changed, n -> prepared.images()[n].clone());
    changed[4][210] += 0.5f; // more than detail survives
    Scan restored = prepared.restoreScan(changed);
    float[][] again = prepared.imagesOf(restored);
    assertEquals(changed[4][210], again[4][210], 0.15, "interpolated to voxels and back");
    assertArrayEquals(prepared.images()[9], again[9], "slices that were not changed");
  }

  @Test
  void aScaleThatCannotBeIsToldWithItsChannel() {
    float[] voxels = new float[GRID.size()];
    for (int v = 0; v < voxels.length; v++) {
      voxels[v] = v % 4 == 0 ? v % 100 : 0;
    }
    Scan scan = new Scan("mostly zero", List.of("FLAIR"), GRID, voxels);
    DataException refused =
        assertThrows(DataException.class, () -> prepared(scan, Normalisation.LANDMARKS));
    assertTrue(
        refused.getMessage().startsWith("scan mostly zero, channel FLAIR: its median 0.0 is"),
        refused.getMessage());
  }

  @Test
  void aFileThatNamesNoneMeansPercentilesAndAllChannels() throws Exception {
    ObjectMapper json = new ObjectMapper();
    Preprocessing before =
        json.readValue(
            """
            {"channels": ["FLAIR"], "imageSize": 20, "spacing": 2.0, "axis": "AXIAL",
             "lowerPercentile": 1.0, "upperPercentile": 99.0, "minimumBrainFraction": 0.0}
            """,
            Preprocessing.class);
    assertEquals(new Preprocessing(List.of("FLAIR"), 20, 2, Axis.AXIAL), before);
    JsonNode written = json.valueToTree(before);
    assertEquals(7, written.size(), "as before: trainings compare it when they are resumed");
    Preprocessing now =
        new Preprocessing(
            List.of("FLAIR", "T1"),
            20,
            2,
            Axis.AXIAL,
            1,
            99,
            0,
            List.of("T1"),
            Normalisation.WHITE_MATTER,
            2.5);
    assertEquals(now, json.readValue(json.writeValueAsString(now), Preprocessing.class));
  }
}
