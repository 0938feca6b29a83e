package dev.hale.data.prepared;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.hale.data.prepared.SmallSets.Item;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Slices with those below and above them. */
final class ContextTest {
  private static final int LENGTH = 2 * SmallSets.PIXELS;

  @TempDir Path temp;

  /** Slices 3, 4 and 5 of one scan, slice 7 of it, and one of another. */
  private PreparedSet set() throws IOException {
    List<Item> items =
        List.of(
            SmallSets.item(3, "a", Split.TRAIN, true),
            SmallSets.item(4, "a", Split.TRAIN, true),
            SmallSets.item(5, "a", Split.TRAIN, true),
            SmallSets.item(7, "a", Split.TRAIN, true),
            SmallSets.item(8, "b", Split.TRAIN, true));
    return PreparedSet.open(SmallSets.write(temp.resolve("set"), items));
  }

  @Test
  void whereThereIsNoNeighbourTheSliceStandsForIt() throws IOException {
    try (PreparedSet set = set()) {
      assertArrayEquals(new int[] {0, 0, 1}, set.around(0, 1));
      assertArrayEquals(new int[] {0, 1, 2}, set.around(1, 1));
      assertArrayEquals(new int[] {1, 0, 1, 2, 1}, set.around(1, 2)); // neither slice 2 nor 6
      assertArrayEquals(new int[] {3, 3, 3}, set.around(3, 1));
      assertArrayEquals(new int[] {2, 3, 3, 3, 3}, set.around(3, 2));
      assertArrayEquals(new int[] {4}, set.around(4, 0));
      assertEquals(6, set.channels(1));
    }
  }

  @Test
  void aBatchStacksTheSlicesFromTheLowestUp() throws IOException {
    try (PreparedSet set = set();
        BatchLoader loader = loader(set, Augmentation.NONE)) {
      assertEquals(6, loader.channels());
      for (int step = 0; step < 4; step++) {
        float[] images = loader.next().images();
        for (int n = 0; n < 3; n++) {
          float[] own = Arrays.copyOfRange(images, (3 * n + 1) * LENGTH, (3 * n + 2) * LENGTH);
          int row = row(set, own);
          int[] around = set.around(row, 1);
          for (int k = 0; k < 3; k++) {
            float[] expected = new float[LENGTH];
            set.image(around[k], expected, 0);
            int from = (3 * n + k) * LENGTH;
            assertArrayEquals(expected, Arrays.copyOfRange(images, from, from + LENGTH));
          }
        }
      }
    }
  }

  private static int row(PreparedSet set, float[] image) {
    float[] other = new float[LENGTH];
    for (int row = 0; row < set.slices().size(); row++) {
      set.image(row, other, 0);
      if (Arrays.equals(image, other)) {
        return row;
      }
    }
    throw new AssertionError("no slice of the set");
  }

  @Test
  void slicesTogetherAreVariedAlikeButForTheirNoise() throws IOException {
    // Slice 3 of the set stands for both of its neighbours.
    Augmentation moved = new Augmentation(0.5, 20, 0.15, 2, 0.4, 0.4, 0);
    Augmentation noisy = new Augmentation(0.5, 20, 0.15, 2, 0.4, 0.4, 0.1);
    List<Item> alone = List.of(SmallSets.item(3, "a", Split.TRAIN, true));
    try (PreparedSet set = PreparedSet.open(SmallSets.write(temp.resolve("one"), alone));
        BatchLoader still = loader(set, moved);
        BatchLoader changed = loader(set, noisy);
        BatchLoader itself = new BatchLoader(set, Split.TRAIN, sampling(), noisy, 0)) {
      for (int step = 0; step < 5; step++) {
        float[] images = still.next().images();
        float[] below = Arrays.copyOfRange(images, 0, LENGTH);
        assertArrayEquals(below, Arrays.copyOfRange(images, LENGTH, 2 * LENGTH));
        assertArrayEquals(below, Arrays.copyOfRange(images, 2 * LENGTH, 3 * LENGTH));
        float[] noise = changed.next().images();
        float[] own = Arrays.copyOfRange(noise, LENGTH, 2 * LENGTH);
        assertFalse(Arrays.equals(own, Arrays.copyOfRange(noise, 0, LENGTH)));
        assertFalse(
            Arrays.equals(
                Arrays.copyOfRange(noise, 0, LENGTH),
                Arrays.copyOfRange(noise, 2 * LENGTH, 3 * LENGTH)));
        assertArrayEquals(own, Arrays.copyOfRange(itself.next().images(), 0, LENGTH));
      }
    }
  }

  private static Sampling sampling() {
    return new Sampling(3, Balance.NONE, OptionalInt.empty(), 7, 0, 1, 1, 1);
  }

  private static BatchLoader loader(PreparedSet set, Augmentation augmentation) {
    return new BatchLoader(set, Split.TRAIN, sampling(), augmentation, 0, 1);
  }
}
