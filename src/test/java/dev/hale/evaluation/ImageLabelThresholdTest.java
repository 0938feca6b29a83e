package dev.hale.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Thresholds from image labels: by hand, against a plain twin, and on made-up lesions. */
class ImageLabelThresholdTest {
  @Test
  void byHand() {
    List<RegionMap> healthy = twice(map(0, 1, 2, 3));
    List<RegionMap> diseased = twice(map(0, 1, 8, 9));
    // Above 3 lies half of each diseased image and nothing of a healthy one.
    assertEquals(3, ImageLabelThreshold.of(healthy, diseased, 0));
    assertEquals(5, ImageLabelThreshold.of(healthy, diseased, 5));
    assertEquals(8, ImageLabelThreshold.of(healthy, diseased, 8));
    assertEquals(9, ImageLabelThreshold.of(healthy, diseased, 9), "nothing above");
    assertEquals(0.5, ImageLabelThreshold.of(diseased, healthy, 0.5), "healthy ones have more");
  }

  @Test
  void rimsAreNotCountedAsLesion() {
    List<RegionMap> healthy = twice(map(0, 0, 0, 0, 0, 0));
    float[] values = {0, 3, 4, 5, 8, 9};
    boolean[] rim = {false, true, true, false, false, false};
    // Half of the six pixels are lesion; the plain map marks three of them above 4.
    assertEquals(4, ImageLabelThreshold.of(healthy, twice(new RegionMap(values, rim)), 1));
    assertEquals(1, ImageLabelThreshold.of(healthy, twice(map(values)), 1));
  }

  /** Without rims. */
  private static RegionMap map(float... values) {
    return new RegionMap(values, new boolean[values.length]);
  }

  private static List<RegionMap> twice(RegionMap map) {
    return List.of(map, map);
  }

  @Test
  void whatOneImageShowsIsNotSure() {
    RegionMap none = map(0, 0, 0, 0);
    RegionMap bright = map(0, 0, 5, 9);
    List<RegionMap> healthy = List.of(none, none, none);
    assertEquals(2, ImageLabelThreshold.of(healthy, List.of(bright, none, none), 2));
    List<RegionMap> all = List.of(bright, bright, bright);
    assertEquals(1, ImageLabelThreshold.of(healthy, all, 1));
    assertEquals(1, ImageLabelThreshold.of(healthy.subList(0, 1), all.subList(0, 1), 1));
  }

  @Test
  void refusesWhatIsNoMap() {
    List<RegionMap> some = twice(map(0, 0, 0));
    List<RegionMap> negative = List.of(map(-1), map(0, 0, 0));
    List<RegionMap> broken = List.of(map(Float.NaN), map(0, 0, 0));
    for (List<RegionMap> wrong : List.of(negative, broken, List.<RegionMap>of())) {
      assertThrows(IllegalArgumentException.class, () -> ImageLabelThreshold.of(some, wrong, 0));
      assertThrows(IllegalArgumentException.class, () -> ImageLabelThreshold.of(wrong, some, 0));
    }
  }

  @Property(tries = 1000)
  void agreesWithThePlainTwin(@ForAll long seed) {
    Random random = new Random(seed);
    List<RegionMap> healthy = images(random, 5, 0);
    List<RegionMap> diseased = images(random, 4, 0.3);
    double least = random.nextDouble();
    assertEquals(
        twin(healthy, diseased, least), ImageLabelThreshold.of(healthy, diseased, least), 1e-6);
  }

  /** Of coarse values, so that many are equal. */
  private static List<RegionMap> images(Random random, int count, double lesions) {
    List<RegionMap> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] values = new float[10 + random.nextInt(30)];
      boolean[] rim = new boolean[values.length];
      for (int v = 0; v < values.length; v++) {
        int value = random.nextInt(20) + (random.nextDouble() < lesions ? 15 : 0);
        values[v] = value / 10f;
        rim[v] = random.nextDouble() < 0.3;
      }
      images.add(new RegionMap(values, rim));
    }
    return images;
  }

  private static double twin(List<RegionMap> healthy, List<RegionMap> diseased, double least) {
    double most = 0;
    double best = least;
    long lesion = 0;
    for (double cut : cuts(healthy, diseased, least)) {
      double[] h = share(healthy, cut, false);
      double[] d = share(diseased, cut, false);
      double sure = d[0] - h[0] - 2 * Math.sqrt(h[1] + d[1]);
      if (sure > 0 && sure * sure / d[0] > most + 1e-12) {
        most = sure * sure / d[0];
        best = cut;
        lesion = excess(healthy, diseased, cut, false);
      }
    }
    for (double cut : cuts(healthy, diseased, least)) {
      if (most > 0 && cut > best && excess(healthy, diseased, cut, true) >= lesion) {
        return cut;
      }
    }
    return best;
  }

  /** The values from {@code least} on, and {@code least} itself, falling. */
  private static List<Double> cuts(
      List<RegionMap> healthy, List<RegionMap> diseased, double least) {
    SortedSet<Double> cuts = new TreeSet<>(Comparator.reverseOrder());
    for (List<RegionMap> images : List.of(healthy, diseased)) {
      for (RegionMap image : images) {
        for (float value : image.values()) {
          cuts.add(Math.max(value, least));
        }
      }
    }
    return new ArrayList<>(cuts);
  }

  /** Marked share and its variance. */
  private static double[] share(List<RegionMap> images, double cut, boolean rims) {
    double voxels = images.stream().mapToInt(image -> image.values().length).sum();
    double[] marked = images.stream().mapToDouble(image -> marked(image, cut, rims)).toArray();
    double share = Arrays.stream(marked).sum() / voxels;
    double residuals = 0;
    for (int i = 0; i < marked.length; i++) {
      double off = marked[i] - share * images.get(i).values().length;
      residuals += off * off;
    }
    double count = images.size();
    return new double[] {share, residuals * count / (count - 1) / (voxels * voxels)};
  }

  /** Difference of the shares, in units of 1 / (pixels of healthy × of diseased images). */
  private static long excess(
      List<RegionMap> healthy, List<RegionMap> diseased, double cut, boolean rims) {
    return marked(diseased, cut, rims) * pixels(healthy)
        - marked(healthy, cut, rims) * pixels(diseased);
  }

  private static long marked(List<RegionMap> images, double cut, boolean rims) {
    return images.stream().mapToLong(image -> marked(image, cut, rims)).sum();
  }

  private static long pixels(List<RegionMap> images) {
    return images.stream().mapToLong(image -> image.values().length).sum();
  }

  private static int marked(RegionMap image, double cut, boolean rims) {
    int marked = 0;
    for (int v = 0; v < image.values().length; v++) {
      marked += image.values()[v] > cut && (rims || !image.rim()[v]) ? 1 : 0;
    }
    return marked;
  }

  /** Without ever seeing the truth, nearly the Dice of the threshold that the truth would give. */
  @Test
  void findsLesionsOfAnySize() {
    for (double prevalence : new double[] {0.002, 0.02, 0.15}) {
      Random random = new Random(7);
      List<RegionMap> healthy = new ArrayList<>();
      List<RegionMap> diseased = new ArrayList<>();
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
        healthy.add(map(without));
        diseased.add(map(with));
        truths.add(truth);
      }
      float[] map =
          Voxels.pool(
              diseased.stream().map(RegionMap::values).toList(), Collections.nCopies(40, null));
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

  /** A disc in every diseased image, large or small, blurred by 1.5 pixels. */
  @ParameterizedTest
  @CsvSource({"12, 0.9", "3, 0.65"})
  void cutsBlurredLesionsAtTheirEdge(int radius, double expected) {
    int size = 64;
    Random random = new Random(1);
    List<RegionMap> healthy = new ArrayList<>();
    List<RegionMap> diseased = new ArrayList<>();
    byte[] truth = new byte[size * size];
    float[] disc = new float[size * size];
    for (int p = 0; p < disc.length; p++) {
      double inside = radius - Math.hypot(p % size - 32, p / size - 32);
      truth[p] = (byte) (inside > 0 ? 1 : 0);
      disc[p] = (float) (1 / (1 + Math.exp(-1.2 * inside)));
    }
    for (int image = 0; image < 10; image++) {
      float[] without = new float[size * size];
      float[] with = new float[size * size];
      for (int p = 0; p < with.length; p++) {
        without[p] = 0.02f * random.nextFloat();
        with[p] = disc[p] + 0.02f * random.nextFloat();
      }
      healthy.add(RegionMap.of(without, null));
      diseased.add(RegionMap.of(with, null));
    }
    double threshold = ImageLabelThreshold.of(healthy, diseased, 0.01);
    double dice = dice(diseased.get(0).values(), truth, threshold);
    assertTrue(dice > expected, "threshold " + threshold + ", Dice " + dice);
    double fromTheNoiseOn = dice(diseased.get(0).values(), truth, 0.02);
    assertTrue(fromTheNoiseOn < dice - 0.15, "blurred too little to tell: " + fromTheNoiseOn);
  }

  private static double dice(float[] map, byte[] truth, double threshold) {
    return Overlap.of(Thresholds.above(map, threshold, null), truth, null).dice();
  }
}
