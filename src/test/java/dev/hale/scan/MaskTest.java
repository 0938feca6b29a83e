package dev.hale.scan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The rule of docs/reference/masks.md, on numbers by hand and against a plain twin. */
final class MaskTest {
  private static final float NAN = Float.NaN;

  private static Mask of(float... values) {
    return ofLabel(0, values);
  }

  private static Mask ofLabel(int label, float... values) {
    Grid grid = Grid.ofSpacing(values.length, 1, 1, 1, 1, 1);
    return Mask.of("m.nii", new Scan("m", List.of("m"), grid, values), label);
  }

  private static void belong(String expected, float... values) {
    Mask mask = of(values);
    assertEquals(expected, digits(mask));
    assertEquals(List.of(), mask.warnings());
  }

  private static void warned(String expected, String warning, Mask mask) {
    assertEquals(expected, digits(mask));
    assertEquals(List.of("m.nii: " + warning), mask.warnings());
  }

  private static String digits(Mask mask) {
    StringBuilder digits = new StringBuilder();
    for (byte voxel : mask.voxels()) {
      digits.append(voxel);
    }
    return digits.toString();
  }

  @Test
  void ofLabelsEveryOneAboveZeroBelongs() {
    belong("01", 0, 1);
    belong("0111", 0, 1, 2, 4);
    belong("0111", 0, 13, 128, 255);
    belong("011", 0, 0.9999999f, 1.0000001f);
    belong("0111", 1e-5f, 0.9999f, 2.0001f, 4);
    belong("01", -1e-7f, 1);
    belong("00", 0, -0.0f);
  }

  @Test
  void ofASoftMaskWhatExceedsHalfOfTheLargestValueBelongs() {
    belong("0011", 0, 0.5f, 0.51f, 1);
    belong("0001", 0, 0.2f, 0.3f, 0.6f);
    belong("01", 0, 0.4f);
    belong("01", 0, 1 / 255f);
    belong("01", 0, 1e-7f);
    belong("01", 0, 1e-30f);
    belong("0011", -0.0004f, 0.4f, 0.6f, 1.1f); // overshoot of cubic resampling
  }

  @Test
  void aSoftMaskOfLowValuesIsSaid() {
    String values = "is a soft mask of values up to 0.0100 only; those above 0.00500 belong";
    warned("0001", values, of(0, 1e-7f, 0.004f, 0.01f));
    warned(
        "001",
        "is a soft mask of values up to 0.400 only; those above 0.200 belong",
        of(0.1f, 0.2f, 0.4f));
  }

  @Test
  void neitherNanNorInfinityBelongs() {
    belong("001", NAN, 0, 1);
    belong("0001", NAN, 0, 0.1f, 0.6f);
    warned(
        "0001",
        "holds infinite values; they do not belong",
        of(0, Float.POSITIVE_INFINITY, NAN, 3));
  }

  @Test
  void whatIsBelowZeroNeverBelongsAndIsSaid() {
    warned("001", "holds values down to -1; none below 0 belongs", of(-1, 0, 1));
    warned("01", "holds values down to -1024; none below 0 belongs", of(-1024, 10000));
    warned("001", "holds values down to -0.200; none below 0 belongs", of(-0.2f, 0, 0.7f));
  }

  @Test
  void aMaskThatHasValuesAndIsEmptyIsSaid() {
    String empty = ", and nothing that belongs: it is empty";
    belong("000", 0, 0, 0);
    warned("00", "holds values from -1 to 0" + empty, of(0, -1));
    warned("00", "holds values from -0.400 to 0" + empty, of(0, -0.4f));
    warned("00", "holds values from -1 to 0.000200" + empty, of(-1, 2e-4f));
    warned("00", "holds NaN" + empty, of(NAN, 0));
    warned("00", "holds infinite values" + empty, of(Float.POSITIVE_INFINITY, 0));
    warned("00", "holds values from 0 to 2, no label 1" + empty, ofLabel(1, 0, 2));
  }

  @Test
  void oneLabelBelongsAlone() {
    assertEquals("0100", digits(ofLabel(1, 0, 1, 2, 3)));
    assertEquals("0110", digits(ofLabel(1, 0, 0.9999999f, 1.0000001f, 2)));
    assertEquals("00", digits(ofLabel(1, 0, 0)));
    refused("such as 0.500) and values up to 1, where lesion is label 1 alone", 1, 0, 0.5f, 1);
    refused("such as 0.00784) and values up to 0.00784, where lesion is", 1, 0, 1 / 255f, 2 / 255f);
  }

  private static void refused(String reason, int label, float... values) {
    String message = assertThrows(DataException.class, () -> ofLabel(label, values)).getMessage();
    assertTrue(message.startsWith("m.nii: holds fractions (" + reason), message);
    assertTrue(!message.contains("\n"), message);
  }

  @Test
  void fractionsBeyondASoftMaskAreRefused() {
    String neither = " so it is neither labels nor a soft mask; resample labels to the nearest";
    refused("such as 0.500) and values up to 4," + neither, 0, 0, 0.5f, 1, 4);
    refused("such as 37.5) and values up to 100," + neither, 0, 0, 37.5f, 100);
    refused("such as 127) and values up to 255," + neither, 0, 0, 126.6f, 255);
  }

  @Test
  void aLabelThatTheMaskContradictsIsSaid() {
    OptionalInt healthy = OptionalInt.of(0);
    OptionalInt diseased = OptionalInt.of(1);
    assertEquals(List.of(), of(0, 1).against("p", diseased));
    assertEquals(List.of(), of(0, 1).against("p", OptionalInt.empty()));
    assertEquals(List.of(), of(0, 0).against("p", healthy));
    assertEquals(List.of(), of(0, 0).against("p", OptionalInt.empty()));
    assertEquals(
        List.of(
            "m.nii: is empty, yet subject p is labelled diseased; the mask counts, so it is"
                + " healthy"),
        of(0, 0).against("p", diseased));
    assertEquals(
        List.of(
            "m.nii: marks lesions, yet subject p is labelled healthy; the mask counts, so it is"
                + " not"),
        of(0, 1).against("p", healthy));
  }

  @Test
  void lesionsOverNearlyAllOfTheBrainOrNoneOfItAreSaid() {
    byte[] brain = {0, 1, 1, 1, 1, 1};
    assertEquals(List.of(), of(0, 1, 1, 1, 0, 0).over(brain));
    assertEquals(
        List.of(
            "m.nii: covers 80 % of the brain, as no lesion does; is it the brain, or inverted?"),
        of(1, 1, 1, 1, 1, 0).over(brain));
    assertEquals(
        List.of("m.nii: none of its 1 voxels lies in the brain"), of(1, 0, 0, 0, 0, 0).over(brain));
    assertEquals(List.of(), of(0, 0, 0, 0, 0, 0).over(brain));
  }

  @Test
  void anEmptyBrainIsRefused() {
    assertEquals(
        "m.nii: is empty, so there is no brain to look at",
        assertThrows(DataException.class, () -> of(0, 0).asBrain()).getMessage());
    assertEquals(
        "m.nii: holds values from -1 to 0, and nothing that belongs: it is empty",
        assertThrows(DataException.class, () -> of(0, -1).asBrain()).getMessage());
  }

  @Test
  void masksOfEveryKindAgreeWithThePlainTwin() {
    Random random = new Random(7);
    int empty = 0;
    for (int n = 0; n < 2000; n++) {
      float[] values = random(random);
      byte[] expected = twin(values);
      Mask mask = of(values);
      assertArrayEquals(expected, mask.voxels(), () -> Arrays.toString(values));
      boolean nothing = true;
      boolean zeros = true;
      for (int v = 0; v < values.length; v++) {
        nothing &= expected[v] == 0;
        zeros &= values[v] == 0;
      }
      empty += nothing && !zeros ? 1 : 0;
      assertTrue(!nothing || zeros || !mask.warnings().isEmpty(), "empty without a word");
    }
    assertTrue(empty > 20, "such masks were tried: " + empty);
  }

  /** Labels or a soft mask, scaled, with rounding, with values below 0, with holes. */
  private static float[] random(Random random) {
    float[] values = new float[1 + random.nextInt(12)];
    boolean soft = random.nextBoolean();
    double scale = soft ? Math.pow(10, -random.nextInt(9)) : 1;
    int most = 1 + random.nextInt(5);
    double noise = random.nextInt(3) == 0 ? 1e-5 : 0;
    double negative = random.nextInt(4) == 0 ? random.nextDouble() : 0;
    double holes = random.nextInt(4) == 0 ? random.nextDouble() : 0;
    for (int v = 0; v < values.length; v++) {
      double value = soft ? scale * random.nextDouble() : random.nextInt(most + 1);
      value += soft ? 0 : noise * random.nextGaussian();
      value = random.nextDouble() < negative ? -value : value;
      values[v] = random.nextDouble() < holes ? NAN : (float) value;
    }
    return values;
  }

  /** The documented rule, sentence by sentence. */
  private static byte[] twin(float[] values) {
    double[] numbers = new double[values.length];
    for (int v = 0; v < values.length; v++) {
      numbers[v] = Float.isNaN(values[v]) ? 0 : values[v];
    }
    double largest = Arrays.stream(numbers).max().orElseThrow();
    boolean whole = Arrays.stream(numbers).allMatch(x -> Math.abs(x - Math.round(x)) <= 1e-3);
    boolean labels = whole && Arrays.stream(numbers).anyMatch(x -> Math.round(x) != 0);
    byte[] mask = new byte[values.length];
    for (int v = 0; v < values.length; v++) {
      boolean inside = labels ? Math.round(numbers[v]) > 0 : numbers[v] > 0.5 * largest;
      mask[v] = (byte) (inside && numbers[v] > 0 ? 1 : 0);
    }
    return mask;
  }

  private static final Grid SCAN =
      new Grid(3, 2, 2, new double[] {2, 0, 0, -10, 0, 3, 0, 5, 0, 0, 4, 0, 0, 0, 0, 1});

  private static Mask laid(Grid own, float... values) {
    return Mask.on(SCAN, "scan s", "m.nii", new Scan("m", List.of("m"), own, values), 0);
  }

  @Test
  void aMaskThatIsStoredMirroredIsPutInPlaceByItsAffine() {
    // The first axis runs from right to left; the first stored voxel is the scan's third.
    Grid mirrored =
        new Grid(3, 2, 2, new double[] {-2, 0, 0, -6, 0, 3, 0, 5, 0, 0, 4, 0, 0, 0, 0, 1});
    warned(
        "001000000000",
        "is stored mirrored or turned against scan s and was put in place by its affine",
        laid(mirrored, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    // Slices are stored as columns: 2 along the scan's third axis, then 3, then 2.
    Grid turned =
        new Grid(2, 3, 2, new double[] {0, 2, 0, -10, 0, 0, 3, 5, 4, 0, 0, 0, 0, 0, 0, 1});
    warned(
        "000000010000",
        "is stored mirrored or turned against scan s and was put in place by its affine",
        laid(turned, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void aMaskLessThanHalfAVoxelAsideIsPutInPlaceAndOneFurtherAsideIsRefused() {
    Grid aside =
        new Grid(3, 2, 2, new double[] {2, 0, 0, -9.1, 0, 3, 0, 5, 0, 0, 4, 0, 0, 0, 0, 1});
    warned(
        "010000000000",
        "lies up to 0.90 mm aside of scan s, less than half a voxel, and was put in its place",
        laid(aside, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    Grid further =
        new Grid(3, 2, 2, new double[] {2, 0, 0, -8.9, 0, 3, 0, 5, 0, 0, 4, 0, 0, 0, 0, 1});
    DataException refused = assertThrows(DataException.class, () -> laid(further, new float[12]));
    assertTrue(refused.getMessage().contains("lie up to 1.10 mm apart"), refused.getMessage());
  }
}
