package dev.hale.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.evaluation.MeasuredScan.LeftRight;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against plain twins: a grey head with a bright square on its left, three slices. */
final class HealthyImageMeasureTest {
  private static final int COLUMNS = 24;
  private static final int ROWS = 20;
  private static final int AREA = COLUMNS * ROWS;
  private static final int SIZE = 3 * AREA;
  private static final VolumeShape SHAPE = new VolumeShape(COLUMNS, ROWS, 3, 8);
  private static final List<String> CHANNELS = List.of("T1", "FLAIR", "T2");

  /** In the middle slice: rows 8 to 11, columns 5 to 7. */
  private static boolean inLesion(int v) {
    int row = v % AREA / COLUMNS;
    int column = v % COLUMNS;
    return v / AREA == 1 && row >= 8 && row < 12 && column >= 5 && column < 8;
  }

  /** Columns 2 to 19 are brain: the middle lies between columns 10 and 11. */
  private static byte[] brain() {
    byte[] brain = new byte[SIZE];
    for (int v = 0; v < SIZE; v++) {
      int column = v % COLUMNS;
      brain[v] = (byte) (column >= 2 && column < 20 ? 1 : 0);
    }
    return brain;
  }

  private static byte[] truth() {
    byte[] truth = new byte[SIZE];
    for (int v = 0; v < SIZE; v++) {
      truth[v] = (byte) (inLesion(v) ? 1 : 0);
    }
    return truth;
  }

  /** From 0 to 200, so that 100 grey levels are 1. Two voxels set the range. */
  private static float[] grey(float lesion) {
    float[] values = new float[SIZE];
    Arrays.fill(values, 100);
    for (int v = 0; v < SIZE; v++) {
      values[v] = inLesion(v) ? lesion : values[v];
    }
    values[2] = 0;
    values[3] = 200;
    return values;
  }

  private static float[][] image(float lesion) {
    return new float[][] {grey(100), grey(lesion), grey(lesion)};
  }

  private static MeasuredScan scan(float[][] input) {
    byte[] brain = brain();
    List<SliceMetrics> slices =
        SubjectMetrics.of(new float[SIZE], 0.5, truth(), brain, SHAPE).slices();
    return new MeasuredScan(
        CHANNELS, input, brain, truth(), slices, SHAPE, 2, 2, LeftRight.COLUMNS);
  }

  private static HealthyImageMeasure measure(float[][] twin) {
    return new HealthyImageMeasure(scan(image(160)), twin, 0, 100);
  }

  private static final byte[] NOTHING = new byte[SIZE];

  @Test
  void theInputKeepsAllItsContrastAndTheTwinNone() {
    HealthyImageMeasure measure = measure(image(100));
    HealthyImageMetrics input = measure.of(image(160), NOTHING);
    assertEquals(1, input.residualContrast(), 1e-6);
    assertEquals(Math.sqrt(2 * 0.36 / 3), input.lesionRmse(), 1e-6); // 0.6 in two of three
    assertEquals(0, input.outsideRmse());
    assertEquals(0.6, input.mirrorContrast(), 1e-6);
    assertEquals(0, input.outsideChange());
    assertEquals(0, input.unmarkedChange());
    assertEquals(2, input.healthySlices());
    assertEquals(1, input.unchangedShare());
    HealthyImageMetrics twin = measure.of(image(100), NOTHING);
    assertEquals(0, twin.residualContrast(), 1e-6);
    assertEquals(0, twin.lesionRmse(), 1e-6);
    assertEquals(1, twin.lesionSsim(), 1e-9);
    assertEquals(1, twin.outsideSsim(), 1e-9);
    assertEquals(0, twin.mirrorContrast(), 1e-6);
  }

  @Test
  void whatIsLeftAndWhatIsTooMuchIsCounted() {
    HealthyImageMeasure measure = measure(image(100));
    assertEquals(0.25, measure.of(image(115), NOTHING).residualContrast(), 1e-6);
    assertEquals(-0.5, measure.of(image(70), NOTHING).residualContrast(), 1e-6);
    float[][] onlyFlair = {grey(100), grey(100), grey(160)};
    assertEquals(0.5, measure.of(onlyFlair, NOTHING).residualContrast(), 1e-6);
    float[][] t1 = {grey(30), grey(160), grey(160)}; // lesions are told by FLAIR and T2
    assertEquals(1, measure.of(t1, NOTHING).residualContrast(), 1e-6);
    assertEquals(0.6, measure.of(t1, NOTHING).mirrorContrast(), 1e-6);
  }

  @Test
  void valuesBeyondThePercentilesAreClampedAsAModelSeesThem() {
    HealthyImageMeasure measure = measure(image(100));
    float[][] beyond = image(160);
    for (int v = 0; v < SIZE; v++) {
      beyond[1][v] = inLesion(v) ? 5000 : beyond[1][v];
    }
    assertEquals((1 + 0.6) / 1.2, measure.of(beyond, NOTHING).residualContrast(), 1e-6);
  }

  @Test
  void theRimIsNeitherInNorOutside() {
    HealthyImageMeasure measure = measure(image(100));
    float[][] rim = image(100);
    float[][] beyond = image(100);
    int besideLesion = AREA + 9 * COLUMNS + 7;
    for (int c = 0; c < 3; c++) {
      rim[c][besideLesion + 3] = 150; // 6 mm away
      beyond[c][besideLesion + 4] = 150; // 8 mm away
    }
    assertEquals(0, measure.of(rim, NOTHING).outsideRmse());
    assertEquals(0, measure.of(rim, NOTHING).outsideChange());
    assertEquals(0, measure.of(rim, NOTHING).lesionRmse(), 1e-6);
    int outside = 0;
    for (int v = 0; v < SIZE; v++) {
      outside += brain()[v] != 0 && distance(v) > 6 ? 1 : 0;
    }
    double expected = Math.sqrt(0.25 / outside);
    assertEquals(expected, measure.of(beyond, NOTHING).outsideRmse(), 1e-6);
    assertEquals(expected, measure.of(beyond, NOTHING).outsideChange(), 1e-6);
    // Change where nothing is marked knows no rim, and leaves out what is marked.
    int brain = 3 * ROWS * 18;
    byte[] marked = truth();
    assertEquals(Math.sqrt(0.25 / (brain - 12)), measure.of(rim, marked).unmarkedChange(), 1e-6);
    marked[besideLesion + 3] = 1;
    assertEquals(0, measure.of(rim, marked).unmarkedChange());
  }

  /** From the nearest lesion voxel of the slice, in millimetres. */
  private static double distance(int v) {
    double nearest = Double.POSITIVE_INFINITY;
    for (int other = v / AREA * AREA; other < (v / AREA + 1) * AREA; other++) {
      if (inLesion(other)) {
        nearest =
            Math.min(
                nearest,
                2 * Math.hypot(v % COLUMNS - other % COLUMNS, v / COLUMNS - other / COLUMNS));
      }
    }
    return nearest;
  }

  @Test
  void aSliceIsUnchangedOnlyIfEveryBitInItsBrainIs() {
    HealthyImageMeasure measure = measure(null);
    float[][] image = image(100);
    image[0][5 * COLUMNS + 10] = Math.nextUp(image[0][5 * COLUMNS + 10]); // slice 0
    image[0][2 * AREA] = 7; // slice 2, outside the brain
    HealthyImageMetrics metrics = measure.of(image, NOTHING);
    assertEquals(2, metrics.healthySlices());
    assertEquals(1, metrics.unchangedSlices());
    assertEquals(0.5, metrics.unchangedShare());
  }

  @Test
  void theOtherSideIsThatOfTheBrain() {
    HealthyImageMeasure measure = measure(null);
    float[][] image = image(130);
    for (int c = 1; c < 3; c++) {
      for (int v = 0; v < SIZE; v++) {
        int mirror = v / COLUMNS * COLUMNS + 21 - v % COLUMNS; // columns 14 to 16
        image[c][v] = v % COLUMNS >= 14 && v % COLUMNS < 17 && inLesion(mirror) ? 120 : image[c][v];
      }
    }
    assertEquals(0.1, measure.of(image, NOTHING).mirrorContrast(), 1e-6);
  }

  @Test
  void inSagittalSlicesTheOtherSideIsAnotherSlice() {
    byte[] brain = new byte[SIZE];
    Arrays.fill(brain, 0, 2 * AREA, (byte) 1); // the lesion's mirror image is in slice 0
    MeasuredScan sagittal =
        new MeasuredScan(
            CHANNELS, image(160), brain, truth(), List.of(), SHAPE, 2, 2, LeftRight.SLICES);
    HealthyImageMeasure measure = new HealthyImageMeasure(sagittal, null, 0, 100);
    assertEquals(0.6, measure.of(image(160), NOTHING).mirrorContrast(), 1e-6);
    float[][] image = image(160);
    for (int c = 0; c < 3; c++) {
      Arrays.fill(image[c], 0, AREA, 110);
    }
    assertEquals(0.5, measure.of(image, NOTHING).mirrorContrast(), 1e-6);
  }

  @Test
  void whatCannotBeMeasuredIsNaN() {
    HealthyImageMetrics noTwin = measure(null).of(image(100), NOTHING);
    assertTrue(Double.isNaN(noTwin.residualContrast()));
    assertTrue(Double.isNaN(noTwin.lesionRmse()));
    assertTrue(Double.isNaN(noTwin.outsideSsim()));
    assertEquals(0, noTwin.outsideChange());
    MeasuredScan healthy =
        new MeasuredScan(
            List.of("T1"),
            new float[][] {grey(100)},
            brain(),
            NOTHING,
            List.of(),
            SHAPE,
            2,
            2,
            LeftRight.COLUMNS);
    HealthyImageMetrics none =
        new HealthyImageMeasure(healthy, new float[][] {grey(100)}, 0, 100)
            .of(new float[][] {grey(100)}, NOTHING);
    assertTrue(Double.isNaN(none.residualContrast()));
    assertTrue(Double.isNaN(none.mirrorContrast()));
    assertTrue(Double.isNaN(none.unchangedShare()));
    assertEquals(0, none.outsideRmse());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> measure(new float[][] {grey(1), grey(1)}));
    assertThrows(
        IllegalArgumentException.class, () -> measure(null).of(image(1), new byte[SIZE - 1]));
    float[][] constant = image(160);
    Arrays.fill(constant[2], 5);
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new HealthyImageMeasure(scan(constant), null, 0, 100));
    assertTrue(refused.getMessage().contains("T2"), refused.getMessage());
  }

  @Test
  void aCriticsVerdictIsCountedByWhatTheSlicesAre() {
    float[] logits = {-1, 0.5f, 2, 0.4f, 3};
    boolean[] diseased = {true, true, true, false, false};
    CriticVerdict verdict = CriticVerdict.of(logits, 0.5, diseased);
    assertEquals(new CriticVerdict(3, 2, 2, 1), verdict);
    assertEquals(2 / 3.0, verdict.diseasedShare(), 1e-12);
    assertEquals(0.5, verdict.healthyShare());
    assertTrue(Double.isNaN(new CriticVerdict(0, 0, 1, 1).diseasedShare()));
    assertThrows(IllegalArgumentException.class, () -> CriticVerdict.of(logits, 0, new boolean[2]));
  }

  @Test
  void theEqualErrorThresholdMistakesBothLabelsAlike() {
    float[] scores = {-3, -2, 0, 1, 2, 5, 7, 9};
    byte[] labels = {0, 0, 1, 0, 1, 0, 1, 1};
    // Above 1.5: 3 of 4 diseased ones and 1 of 4 healthy ones.
    assertEquals(new EqualErrorThreshold(1.5, 0.75, 0.75), EqualErrorThreshold.of(scores, labels));
    // Of a score that tells nothing, neither all nor none are called diseased.
    float[] nothing = {0, 1, 2, 3, 4, 5, 6, 7};
    byte[] alternating = {1, 0, 0, 1, 1, 0, 0, 1};
    assertEquals(
        new EqualErrorThreshold(3.5, 0.5, 0.5), EqualErrorThreshold.of(nothing, alternating));
    // Three of ten: 2 of 3 diseased ones, and 5 of 7 healthy ones, are as near as it gets.
    float[] few = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    byte[] rare = {0, 0, 0, 1, 0, 0, 1, 0, 0, 1};
    EqualErrorThreshold near = EqualErrorThreshold.of(few, rare);
    assertEquals(2 / 3.0, near.sensitivity(), 1e-12);
    assertEquals(5 / 7.0, near.specificity(), 1e-12);
    assertEquals(5.5, near.threshold());
    // All scores alike: nothing lies above.
    assertEquals(4, EqualErrorThreshold.of(new float[] {4, 4}, new byte[] {0, 1}).threshold());
    assertThrows(IllegalArgumentException.class, () -> EqualErrorThreshold.of(scores, new byte[8]));
  }

  /** Every sum of Wang et al. written out, with the window's weights of the plane. */
  @Test
  void structuralSimilarityIsThatOfItsEquation() {
    Random random = new Random(5);
    int columns = 17;
    int rows = 13;
    float[] one = new float[columns * rows];
    float[] other = new float[one.length];
    for (int p = 0; p < one.length; p++) {
      one[p] = 2 * random.nextFloat() - 1;
      other[p] = Math.min(1, Math.max(-1, one[p] * 0.7f + 0.3f * (float) random.nextGaussian()));
    }
    double[] map = StructuralSimilarity.map(one, other, columns, rows, 2);
    double c1 = Math.pow(0.01 * 2, 2);
    double c2 = Math.pow(0.03 * 2, 2);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        double weights = 0;
        double mean1 = 0;
        double mean2 = 0;
        for (int y = Math.max(0, r - 5); y <= Math.min(rows - 1, r + 5); y++) {
          for (int x = Math.max(0, c - 5); x <= Math.min(columns - 1, c + 5); x++) {
            double weight = weight(y - r, x - c);
            weights += weight;
            mean1 += weight * one[y * columns + x];
            mean2 += weight * other[y * columns + x];
          }
        }
        mean1 /= weights;
        mean2 /= weights;
        double variance1 = 0;
        double variance2 = 0;
        double covariance = 0;
        for (int y = Math.max(0, r - 5); y <= Math.min(rows - 1, r + 5); y++) {
          for (int x = Math.max(0, c - 5); x <= Math.min(columns - 1, c + 5); x++) {
            double weight = weight(y - r, x - c) / weights;
            double difference1 = one[y * columns + x] - mean1;
            double difference2 = other[y * columns + x] - mean2;
            variance1 += weight * difference1 * difference1;
            variance2 += weight * difference2 * difference2;
            covariance += weight * difference1 * difference2;
          }
        }
        double expected =
            (2 * mean1 * mean2 + c1)
                * (2 * covariance + c2)
                / ((mean1 * mean1 + mean2 * mean2 + c1) * (variance1 + variance2 + c2));
        assertEquals(expected, map[r * columns + c], 1e-10);
      }
    }
    double mean = Arrays.stream(map).average().orElseThrow();
    assertTrue(mean > 0.1 && mean < 0.9, "neither equal nor unlike: " + mean);
    for (double same : StructuralSimilarity.map(one, one, columns, rows, 2)) {
      assertEquals(1, same, 1e-9);
    }
  }

  private static double weight(int rows, int columns) {
    return Math.exp(-(rows * rows + columns * columns) / (2 * 1.5 * 1.5));
  }

  /** The measure hands the similarity the right slices, and -1 outside the brain. */
  @Test
  void similarityIsAveragedWhereItBelongs() {
    float[][] image = image(100);
    float[][] twin = image(100);
    Random random = new Random(3);
    for (int v = 2 * AREA; v < SIZE; v++) { // the last slice, far from any lesion
      image[0][v] += (float) (10 * random.nextGaussian());
    }
    HealthyImageMetrics metrics = measure(twin).of(image, NOTHING);
    assertEquals(1, metrics.lesionSsim(), 1e-9);
    float[] scaled = new float[AREA];
    float[] grey = new float[AREA];
    for (int p = 0; p < AREA; p++) {
      boolean inside = p % COLUMNS >= 2 && p % COLUMNS < 20;
      scaled[p] = inside ? Math.min(1, Math.max(-1, image[0][2 * AREA + p] / 100 - 1)) : -1;
      grey[p] = inside ? 0 : -1;
    }
    double[] map = StructuralSimilarity.map(scaled, grey, COLUMNS, ROWS, 2);
    double lost = 0;
    for (int p = 0; p < AREA; p++) {
      lost += p % COLUMNS >= 2 && p % COLUMNS < 20 ? 1 - map[p] : 0;
    }
    int outside = 0;
    for (int v = 0; v < SIZE; v++) {
      outside += brain()[v] != 0 && distance(v) > 6 ? 1 : 0;
    }
    assertEquals(1 - lost / (3 * outside), metrics.outsideSsim(), 1e-6);
    assertTrue(metrics.outsideSsim() < 0.95, "noise shows: " + metrics.outsideSsim());
  }
}
