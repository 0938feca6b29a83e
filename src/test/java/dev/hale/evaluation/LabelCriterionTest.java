package dev.hale.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What image labels say of maps: by hand, and of maps whose quality is known. */
class LabelCriterionTest {
  private static final List<RegionMap> HEALTHY = List.of(map(0, 1, 2, 3), map(0, 1, 2, 3));
  private static final List<RegionMap> DISEASED = List.of(map(0, 1, 8, 9), map(0, 1, 8, 9));

  @Test
  void byHand() {
    assertEquals(1, LabelCriterion.IMAGE_AUROC.of(maps(HEALTHY, DISEASED, 3)));
    // Of 16 pairs of a diseased and a healthy pixel: 0 loses three and ties one, 1 wins one and
    // ties one, 8 and 9 win all four.
    assertEquals(10.0 / 16, LabelCriterion.PIXEL_AUROC.of(maps(HEALTHY, DISEASED, 3)));
    assertEquals(Math.sqrt(0.5), LabelCriterion.INDEX.of(maps(HEALTHY, DISEASED, 3)), 1e-12);
    assertEquals(Math.sqrt(0.5), LabelCriterion.CUT_INDEX.of(maps(HEALTHY, DISEASED, 3)), 1e-12);
    assertEquals(0.5, LabelCriterion.CUT_INDEX.of(maps(HEALTHY, DISEASED, 8)), 1e-12);
    assertEquals(
        0.25 / Math.sqrt(0.5), LabelCriterion.CUT_INDEX.of(maps(HEALTHY, DISEASED, 2)), 1e-12);
    assertEquals(0, LabelCriterion.CUT_INDEX.of(maps(DISEASED, HEALTHY, 2)));
    assertEquals(0, LabelCriterion.CUT_INDEX.of(maps(HEALTHY, DISEASED, 9)), "nothing is marked");
  }

  @Test
  void theCoreIndexLeavesRimsOut() {
    RegionMap rimmed =
        new RegionMap(new float[] {0, 3.5f, 8, 9}, new boolean[] {false, true, false, false});
    List<RegionMap> diseased = List.of(rimmed, rimmed);
    assertEquals(Math.sqrt(0.5), LabelCriterion.CORE_INDEX.of(maps(HEALTHY, diseased, 3)), 1e-12);
    assertEquals(Math.sqrt(0.75), LabelCriterion.INDEX.of(maps(HEALTHY, diseased, 3)), 1e-12);
  }

  @ParameterizedTest
  @EnumSource
  void prefersTheMapWithLessNoise(LabelCriterion criterion) {
    double clean = criterion.of(maps(noisy(1, 0.3, 0), noisy(2, 0.3, 40), 0.8));
    double worse = criterion.of(maps(noisy(1, 1, 0), noisy(2, 1, 40), 1.5));
    assertEquals(1, Double.compare(clean, worse), clean + " " + worse);
    assertThrows(IllegalArgumentException.class, () -> maps(List.of(), noisy(1, 1, 0), 1));
  }

  /** Images of 400 pixels, the first of them 1 higher. */
  private static List<RegionMap> noisy(long seed, double noise, int lesion) {
    Random random = new Random(seed);
    List<RegionMap> maps = new ArrayList<>();
    for (int image = 0; image < 20; image++) {
      float[] values = new float[400];
      for (int p = 0; p < values.length; p++) {
        values[p] = (float) (Math.abs(random.nextGaussian()) * noise + (p < lesion ? 1 : 0));
      }
      maps.add(map(values));
    }
    return maps;
  }

  /** A critic calls images healthy as far as what lies above the threshold is lesion. */
  private static LabelCriterion.Maps maps(
      List<RegionMap> healthy, List<RegionMap> diseased, double threshold) {
    ToDoubleFunction<List<RegionMap>> deletion =
        maps ->
            maps.stream()
                .mapToDouble(
                    map -> {
                      int marked = 0;
                      int right = 0;
                      for (int p = 0; p < map.values().length; p++) {
                        boolean above = map.values()[p] > threshold;
                        marked += above ? 1 : 0;
                        right += above && p < 40 ? 1 : 0;
                      }
                      return right / (double) Math.max(1, marked);
                    })
                .average()
                .orElseThrow();
    return new LabelCriterion.Maps(healthy, diseased, threshold, deletion);
  }

  private static RegionMap map(float... values) {
    return new RegionMap(values, new boolean[values.length]);
  }
}
