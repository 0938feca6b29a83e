package dev.hale.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Thresholds from image labels: by hand, against a plain twin, and on made-up lesions. */
class ImageLabelThresholdTest {
  @Test
  void byHand() {
    List<float[]> healthy = List.of(new float[] {0, 1, 2, 3}, new float[] {0, 1, 2, 3});
    List<float[]> diseased = List.of(new float[] {0, 1, 8, 9}, new float[] {0, 1, 8, 9});
    // Above 3 lies half of each diseased image and nothing of a healthy one; the mean is 8.5.
    assertEquals(4.25, ImageLabelThreshold.of(healthy, diseased, 0));
    assertEquals(5, ImageLabelThreshold.of(healthy, diseased, 5));
    assertEquals(8, ImageLabelThreshold.of(healthy, diseased, 8));
    assertEquals(9, ImageLabelThreshold.of(healthy, diseased, 9), "nothing above");
    assertEquals(0.5, ImageLabelThreshold.of(diseased, healthy, 0.5), "healthy ones have more");
  }

  @Test
  void whatOneImageShowsIsNotSure() {
    List<float[]> healthy = List.of(new float[4], new float[4], new float[4]);
    List<float[]> one = List.of(new float[] {0, 0, 0, 9}, new float[4], new float[4]);
    assertEquals(1, ImageLabelThreshold.of(healthy, one, 1));
    List<float[]> all = List.of(one.get(0), one.get(0), one.get(0));
    assertEquals(4.5, ImageLabelThreshold.of(healthy, all, 1));
    assertEquals(1, ImageLabelThreshold.of(healthy.subList(0, 1), all.subList(0, 1), 1));
  }

  @Test
  void refusesWhatIsNoMap() {
    List<float[]> some = List.of(new float[3], new float[3]);
    List<float[]> negative = List.of(new float[] {-1}, new float[3]);
    List<float[]> broken = List.of(new float[] {Float.NaN}, new float[3]);
    for (List<float[]> wrong : List.of(negative, broken, List.<float[]>of())) {
      assertThrows(IllegalArgumentException.class, () -> ImageLabelThreshold.of(some, wrong, 0));
      assertThrows(IllegalArgumentException.class, () -> ImageLabelThreshold.of(wrong, some, 0));
    }
  }

  @Property(tries = 200)
  void agreesWithThePlainTwin(@ForAll long seed) {
    Random random = new Random(seed);
    List<float[]> healthy = images(random, 5, 0);
    List<float[]> diseased = images(random, 4, 0.3);
    double least = random.nextDouble();
    assertEquals(
        twin(healthy, diseased, least), ImageLabelThreshold.of(healthy, diseased, least), 1e-6);
  }

  /** Of coarse values, so that many are equal. */
  private static List<float[]> images(Random random, int count, double lesions) {
    List<float[]> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] image = new float[10 + random.nextInt(30)];
      for (int v = 0; v < image.length; v++) {
        int value = random.nextInt(20) + (random.nextDouble() < lesions ? 15 : 0);
        image[v] = value / 10f;
      }
      images.add(image);
    }
    return images;
  }

  private static double twin(List<float[]> healthy, List<float[]> diseased, double least) {
    double most = 0;
    double threshold = least;
    for (double cut : cuts(healthy, diseased, least)) {
      double[] h = rate(healthy, cut);
      double[] d = rate(diseased, cut);
      double sure = d[0] - h[0] - 2 * Math.sqrt(h[1] + d[1]);
      if (sure > 0 && sure * sure / d[0] > most + 1e-12) {
        most = sure * sure / d[0];
        threshold = cut;
      }
    }
    double height =
        (rate(diseased, threshold)[2] - rate(healthy, threshold)[2])
            / (rate(diseased, threshold)[0] - rate(healthy, threshold)[0]);
    return most > 0 ? Math.max(threshold, height / 2) : least;
  }

  /** The values from {@code least} on, and {@code least} itself, falling. */
  private static List<Double> cuts(List<float[]> healthy, List<float[]> diseased, double least) {
    SortedSet<Double> cuts = new TreeSet<>(Comparator.reverseOrder());
    for (List<float[]> images : List.of(healthy, diseased)) {
      for (float[] image : images) {
        for (float value : image) {
          cuts.add(Math.max(value, least));
        }
      }
    }
    return new ArrayList<>(cuts);
  }

  /** Marked share, its variance, and the sum of marked values for each voxel. */
  private static double[] rate(List<float[]> images, double cut) {
    double voxels = images.stream().mapToInt(image -> image.length).sum();
    double marked = 0;
    double sum = 0;
    for (float[] image : images) {
      for (float value : image) {
        marked += value > cut ? 1 : 0;
        sum += value > cut ? value : 0;
      }
    }
    double share = marked / voxels;
    double residuals = 0;
    for (float[] image : images) {
      double own = 0;
      for (float value : image) {
        own += value > cut ? 1 : 0;
      }
      residuals += (own - share * image.length) * (own - share * image.length);
    }
    double count = images.size();
    return new double[] {share, residuals * count / (count - 1) / (voxels * voxels), sum / voxels};
  }

  /** Without ever seeing the truth, nearly the Dice of the threshold that the truth would give. */
  @Test
  void findsLesionsOfAnySize() {
    for (double prevalence : new double[] {0.002, 0.02, 0.15}) {
      Random random = new Random(7);
      List<float[]> healthy = new ArrayList<>();
      List<float[]> diseased = new ArrayList<>();
      List<byte[]> truths = new ArrayList<>();
      for (int image = 0; image < 40; image++) {
        float[] without = new float[10_000];
        float[] with = new float[without.length];
        byte[] truth = new byte[without.length];
        for (int v = 0; v < without.length; v++) {
          without[v] = (float) Math.abs(random.nextGaussian());
          truth[v] = (byte) (random.nextDouble() < prevalence ? 1 : 0);
          with[v] = (float) Math.abs(random.nextGaussian() + 3 * truth[v]);
        }
        healthy.add(without);
        diseased.add(with);
        truths.add(truth);
      }
      float[] map = Voxels.pool(diseased, Collections.nCopies(40, null));
      byte[] truth = new byte[map.length];
      for (int image = 0; image < 40; image++) {
        System.arraycopy(truths.get(image), 0, truth, image * 10_000, 10_000);
      }
      double best = 0;
      for (double other = 1; other < 5; other += 0.05) {
        best = Math.max(best, dice(map, truth, other));
      }
      double dice = dice(map, truth, ImageLabelThreshold.of(healthy, diseased, 1));
      assertTrue(dice > best - 0.02, prevalence + ": " + dice + ", best " + best);
    }
  }

  /** A disc in every diseased image, blurred by about two pixels. */
  @Test
  void cutsBlurredLesionsAtTheirEdge() {
    int size = 64;
    Random random = new Random(1);
    List<float[]> healthy = new ArrayList<>();
    List<float[]> diseased = new ArrayList<>();
    byte[] truth = new byte[size * size];
    float[] disc = new float[size * size];
    for (int p = 0; p < disc.length; p++) {
      double inside = 12 - Math.hypot(p % size - 32, p / size - 32);
      truth[p] = (byte) (inside > 0 ? 1 : 0);
      disc[p] = (float) (1 / (1 + Math.exp(-0.85 * inside)));
    }
    for (int image = 0; image < 10; image++) {
      float[] without = new float[size * size];
      float[] with = new float[size * size];
      for (int p = 0; p < with.length; p++) {
        without[p] = 0.02f * random.nextFloat();
        with[p] = disc[p] + 0.02f * random.nextFloat();
      }
      healthy.add(without);
      diseased.add(with);
    }
    double threshold = ImageLabelThreshold.of(healthy, diseased, 0.01);
    double dice = dice(diseased.get(0), truth, threshold);
    assertTrue(dice > 0.85, "threshold " + threshold);
    double fromTheNoiseOn = dice(diseased.get(0), truth, 0.02);
    assertTrue(fromTheNoiseOn < dice - 0.15, "blurred too little to tell: " + fromTheNoiseOn);
  }

  private static double dice(float[] map, byte[] truth, double threshold) {
    return Overlap.of(Thresholds.above(map, threshold, null), truth, null).dice();
  }
}
