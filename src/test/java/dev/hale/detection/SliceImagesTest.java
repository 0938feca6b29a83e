package dev.hale.detection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class SliceImagesTest {
  private static final float[][] IMAGES = {{1, 10}, {2, 20}, {3, 30}};
  private static final byte[][] BRAINS = {{1, 1}, {0, 1}, {1, 0}};

  private static SliceImages three() {
    SliceImages.Order order = (n, offset) -> n + offset < 0 || n + offset > 2 ? -1 : n + offset;
    return new SliceImages(IMAGES, BRAINS, SliceImages.neighbours(3, 1, order));
  }

  @Test
  void slicesAreStackedFromTheLowestUp() {
    float[][] stacked = three().stacked();
    assertArrayEquals(new float[] {1, 10, 1, 10, 2, 20}, stacked[0]); // itself below
    assertArrayEquals(new float[] {1, 10, 2, 20, 3, 30}, stacked[1]);
    assertArrayEquals(new float[] {2, 20, 3, 30, 3, 30}, stacked[2]);
    assertSame(IMAGES[1], SliceImages.alone(IMAGES, BRAINS, 0).stacked()[1]);
  }

  @Test
  void someSlicesKeepWhatIsAroundThem() {
    SliceImages last = three().only(new int[] {2});
    assertArrayEquals(new float[][] {{2, 20, 3, 30, 3, 30}}, last.stacked());
    assertArrayEquals(new byte[][] {{1, 0}}, last.ownBrains());
    assertArrayEquals(new float[][] {{3, 30}}, last.ownImages());
  }

  @Test
  void aChangedSliceIsSeenByItselfAlone() {
    SliceImages changed = three().changed(new float[][] {{7, 7}, {8, 8}, {9, 9}});
    assertArrayEquals(
        new float[][] {{7, 7, 7, 7, 2, 20}, {1, 10, 8, 8, 3, 30}, {2, 20, 9, 9, 9, 9}},
        changed.stacked());
    assertArrayEquals(BRAINS, changed.ownBrains());
  }
}
