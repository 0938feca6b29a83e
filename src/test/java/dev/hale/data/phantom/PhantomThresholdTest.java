package dev.hale.data.phantom;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** FLAIR intensity alone must not solve the phantom, nor may lesions be invisible. */
@Tag("slow")
final class PhantomThresholdTest {
  private static final int SUBJECTS = 12;

  /** Half the default resolution, for speed; the figures are those of the full one within 0.05. */
  private static final PhantomOptions OPTIONS = new PhantomOptions(96, 96, 20, 2, 5);

  private static final int BINS = 512;

  /** Means over subjects. */
  private record Result(double otsuDice, double oracleDice, double contrast) {}

  @Test
  void thresholdingFindsGliomasOnlyRoughly() {
    Result result = measure(Pathology.GLIOMA);
    assertTrue(result.otsuDice > 0.2 && result.otsuDice < 0.45, result.toString());
    assertTrue(result.oracleDice > 0.4 && result.oracleDice < 0.7, result.toString());
    assertTrue(result.contrast > 0.15 && result.contrast < 0.5, result.toString());
  }

  @Test
  void thresholdingDoesNotFindPlaques() {
    Result result = measure(Pathology.MS);
    assertTrue(result.otsuDice < 0.2, result.toString());
    assertTrue(result.oracleDice > 0.1 && result.oracleDice < 0.4, result.toString());
    assertTrue(result.contrast > 0.15 && result.contrast < 0.5, result.toString());
  }

  private static Result measure(Pathology pathology) {
    double otsu = 0;
    double oracle = 0;
    double contrast = 0;
    for (int s = 0; s < SUBJECTS; s++) {
      PhantomSubject subject = Phantom.subject(pathology, 100 + s, OPTIONS);
      float[] flair = subject.scan().channel(0);
      long[] all = new long[BINS];
      long[] lesion = new long[BINS];
      double top = 0;
      for (float value : flair) {
        top = Math.max(top, value);
      }
      for (int v = 0; v < flair.length; v++) {
        int bin = (int) Math.min(BINS - 1, flair[v] / top * BINS);
        all[bin] += subject.brain()[v];
        lesion[bin] += subject.lesion()[v];
      }
      double[] dice = diceFromBin(all, lesion);
      otsu += dice[otsuBin(all) + 1] / SUBJECTS;
      double best = 0;
      for (double d : dice) {
        best = Math.max(best, d);
      }
      oracle += best / SUBJECTS;
      contrast += localContrast(subject, flair) / SUBJECTS;
    }
    return new Result(otsu, oracle, contrast);
  }

  /** Dice of the mask of all voxels in a bin or above it, for each bin. */
  private static double[] diceFromBin(long[] all, long[] lesion) {
    long volume = 0;
    for (long l : lesion) {
      volume += l;
    }
    double[] dice = new double[BINS + 1];
    long marked = 0;
    long hit = 0;
    for (int bin = BINS - 1; bin >= 0; bin--) {
      marked += all[bin];
      hit += lesion[bin];
      dice[bin] = 2.0 * hit / (marked + volume);
    }
    return dice;
  }

  /** Last bin of Otsu's lower class. */
  private static int otsuBin(long[] histogram) {
    double count = 0;
    double total = 0;
    for (int bin = 0; bin < BINS; bin++) {
      count += histogram[bin];
      total += (double) bin * histogram[bin];
    }
    double below = 0;
    double sum = 0;
    double best = 0;
    int split = 0;
    for (int bin = 0; bin < BINS - 1; bin++) {
      below += histogram[bin];
      sum += (double) bin * histogram[bin];
      if (below > 0 && below < count) {
        double apart = sum / below - (total - sum) / (count - below);
        double variance = below * (count - below) * apart * apart;
        if (variance > best) {
          best = variance;
          split = bin;
        }
      }
    }
    return split;
  }

  /** Mean FLAIR of the lesion over that of solid tissue within 6 mm in the slice, minus 1. */
  private static double localContrast(PhantomSubject subject, float[] flair) {
    int nx = subject.scan().grid().nx();
    int area = nx * subject.scan().grid().ny();
    boolean[] near = new boolean[flair.length];
    double inside = 0;
    int insideCount = 0;
    for (int v = 0; v < flair.length; v++) {
      if (subject.lesion()[v] == 1) {
        inside += flair[v];
        insideCount++;
        for (int dj = -3; dj <= 3; dj++) {
          for (int di = -3; di <= 3; di++) {
            int u = v + dj * nx + di;
            if (u >= 0 && u < flair.length && u / area == v / area) {
              near[u] = true;
            }
          }
        }
      }
    }
    double around = 0;
    int aroundCount = 0;
    for (int v = 0; v < flair.length; v++) {
      boolean tissue = subject.brain()[v] == 1 && subject.lesion()[v] == 0;
      if (near[v] && tissue && flair[v] > 0.5 * inside / insideCount) { // fluid left out
        around += flair[v];
        aroundCount++;
      }
    }
    return inside / insideCount / (around / aroundCount) - 1;
  }
}
