package dev.hale.data.prepared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeightsTest {
  private static final int SLICES = 32;

  @Test
  void healthyImagesComeFromWhereDiseasedOnesDo() {
    List<PreparedSlice> slices = new ArrayList<>();
    for (int slice = 0; slice < SLICES; slice++) {
      slices.add(slice("patient", slice, slice >= 20 && slice < 24));
      slices.add(slice("healthy", slice + 100, false)); // counted from elsewhere
    }
    int[] healthy = rows(slices, 0);
    Heights heights = new Heights(slices, healthy);
    SplittableRandom random = new SplittableRandom(1);
    for (int row : rows(slices, 1)) {
      for (int n = 0; n < 50; n++) {
        PreparedSlice drawn = slices.get(heights.healthyLike(row, random));
        assertEquals(0, drawn.label());
        int height = drawn.slice() % 100;
        assertTrue(height >= 20 && height < 24, "height " + height);
        assertEquals(height / 2, slices.get(row).slice() / 2); // 16 heights of two slices
      }
    }
  }

  @Test
  void oneForEachIsDrawnAndNoneTwiceBeforeAllHaveCome() {
    List<PreparedSlice> slices = new ArrayList<>();
    for (int slice = 0; slice < SLICES; slice++) {
      slices.add(slice("patient", slice, slice >= 20));
      slices.add(slice("healthy", slice, false));
    }
    List<Integer> diseased = Arrays.stream(rows(slices, 1)).boxed().toList();
    Heights heights = new Heights(slices, rows(slices, 0));
    List<Integer> drawn = heights.like(diseased, new Random(1));
    assertEquals(diseased.size(), new HashSet<>(drawn).size());
    for (int n = 0; n < drawn.size(); n++) {
      assertEquals(0, slices.get(drawn.get(n)).label());
      assertEquals(slices.get(diseased.get(n)).slice() / 2, slices.get(drawn.get(n)).slice() / 2);
    }
    assertEquals(
        3,
        heights
            .like(List.of(diseased.get(0), diseased.get(0), diseased.get(0)), new Random(1))
            .size(),
        "as often as they are asked for");
  }

  @Test
  void whereAllAreDiseasedTheNearestHealthyHeightIsTaken() {
    List<PreparedSlice> slices =
        IntStream.range(0, SLICES).mapToObj(n -> slice("patient", n, n >= 8)).toList();
    Heights heights = new Heights(slices, rows(slices, 0));
    int drawn = heights.healthyLike(20, new SplittableRandom(1));
    assertTrue(drawn == 6 || drawn == 7, "row " + drawn);
  }

  private static PreparedSlice slice(String subject, int slice, boolean diseased) {
    return new PreparedSlice(
        subject, slice, Split.TRAIN, diseased ? 1 : 0, OptionalInt.empty(), 0.5, "");
  }

  private static int[] rows(List<PreparedSlice> slices, int label) {
    return IntStream.range(0, slices.size()).filter(n -> slices.get(n).label() == label).toArray();
  }
}
