package dev.hale.data.phantom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.scan.DataException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class OtherScannerTest {
  private static final PhantomOptions STANDARD = new PhantomOptions(64, 64, 5, 3, 5);

  private static PhantomSubject from(OtherScanner scanner) {
    return Phantom.subject(Pathology.GLIOMA, 7, STANDARD.with(scanner));
  }

  @Test
  void theSamePersonIsScannedElsewhere() {
    PhantomSubject here = from(OtherScanner.DEFAULT);
    PhantomSubject there = from(new OtherScanner(0.2, 1.2, 1, 0.5));
    assertArrayEquals(here.brain(), there.brain());
    assertArrayEquals(here.lesion(), there.lesion());
    assertFalse(Arrays.equals(here.scan().voxels(), there.scan().voxels()));
    assertArrayEquals(
        there.scan().voxels(), from(new OtherScanner(0.2, 1.2, 1, 0.5)).scan().voxels());
  }

  @Test
  void shadingBrightensTheFrontAndDarkensTheBack() {
    PhantomSubject there = from(new OtherScanner(0.3, 1, 0, 0));
    double front = ratio(there, 40, 64);
    double back = ratio(there, 0, 24);
    assertTrue(front > 1.08 && front < 1.3, "front " + front);
    assertTrue(back < 0.92 && back > 0.7, "back " + back);
  }

  @Test
  void theRindLiesAtTheBackOfTheBrainAlone() {
    PhantomSubject here = from(OtherScanner.DEFAULT);
    PhantomSubject there = from(new OtherScanner(0, 1, 0, 0.8));
    float[] one = here.scan().voxels();
    float[] other = there.scan().voxels();
    int changed = 0;
    for (int v = 0; v < here.brain().length; v++) {
      boolean edge = false; // within the rind, or next to it where the scanner's blur carries it
      for (int d = 1; d <= 3; d++) {
        for (int side = -1; side <= 1; side++) {
          edge |= v - 64 * d + side < 0 || here.brain()[v - 64 * d + side] == 0;
        }
      }
      boolean differs = Math.abs(other[v] / one[v] - 1) > 1e-3 && here.brain()[v] == 1;
      changed += differs ? 1 : 0;
      assertFalse(differs && !edge, "changed inside the brain");
    }
    assertTrue(changed > 100, changed + " voxels");
  }

  @Test
  void blurEvensOutAndContrastTellsApart() {
    double plain = variation(from(OtherScanner.DEFAULT));
    double blurred = variation(from(new OtherScanner(0, 1, 4, 0)));
    double strong = variation(from(new OtherScanner(0, 1.5, 0, 0)));
    assertTrue(blurred < 0.9 * plain, blurred + " and " + plain);
    assertTrue(strong > 1.1 * plain, strong + " and " + plain);
  }

  @Test
  void strengthsThatMeanNothingAreRefused() {
    assertMistake("shading is 1.0", () -> new OtherScanner(1, 1, 0, 0));
    assertMistake("contrast is 0.0", () -> new OtherScanner(0, 0, 0, 0));
    assertMistake("blur is -1.0", () -> new OtherScanner(0, 1, -1, 0));
    assertMistake("rind is Infinity", () -> new OtherScanner(0, 1, 0, 1 / 0.));
  }

  private static void assertMistake(String expected, Runnable making) {
    DataException wrong = assertThrows(DataException.class, making::run);
    assertTrue(wrong.getMessage().startsWith(expected), wrong.getMessage());
  }

  /** Mean FLAIR of rows from..to, there relative to the standard scanner. */
  private static double ratio(PhantomSubject there, int from, int to) {
    PhantomSubject here = from(OtherScanner.DEFAULT);
    double one = 0;
    double other = 0;
    for (int v = 0; v < here.brain().length; v++) {
      int row = v / 64 % 64;
      if (here.brain()[v] == 1 && row >= from && row < to) {
        one += here.scan().voxels()[v];
        other += there.scan().voxels()[v];
      }
    }
    return other / one;
  }

  /** Standard deviation of T2 over the brain, relative to its mean. */
  private static double variation(PhantomSubject subject) {
    float[] channel = subject.scan().channel(3);
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (int v = 0; v < channel.length; v++) {
      if (subject.brain()[v] == 1) {
        sum += channel[v];
        squares += channel[v] * (double) channel[v];
        count++;
      }
    }
    double mean = sum / count;
    return Math.sqrt(squares / count - mean * mean) / mean;
  }
}
