package dev.hale.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Which steps a shorter chain visits. Cases worked by hand. */
class TimestepSpacingTest {
  @Test
  void aLinearChainGoesFromTheFirstStepToTheLast() {
    assertArrayEquals(new int[] {0, 3, 6, 9}, TimestepSpacing.linear(4, 10));
    assertArrayEquals(new int[] {0, 4, 9}, TimestepSpacing.linear(3, 10));
    assertArrayEquals(new int[] {0}, TimestepSpacing.linear(1, 10));
  }

  @Test
  void aChainUpToALevelEndsThere() {
    assertArrayEquals(new int[] {1, 3, 5, 7, 9}, TimestepSpacing.upTo(10, 5));
    assertArrayEquals(new int[] {2, 5, 9}, TimestepSpacing.upTo(10, 3));
    assertArrayEquals(new int[] {9}, TimestepSpacing.upTo(10, 1));
    assertArrayEquals(new int[] {0, 1, 2}, TimestepSpacing.upTo(3, 3));
  }

  @Test
  void aChainHasNoMoreStepsThanThereAre() {
    for (int count : new int[] {4, 0, -2}) {
      String message = "cannot take %d steps out of 3".formatted(count);
      assertEquals(
          message,
          assertThrows(IllegalArgumentException.class, () -> TimestepSpacing.upTo(3, count))
              .getMessage());
      assertEquals(
          message,
          assertThrows(IllegalArgumentException.class, () -> TimestepSpacing.linear(count, 3))
              .getMessage());
    }
  }

  @Property(tries = 300)
  void everySpacingIncreasesWithinItsRange(
      @ForAll @IntRange(min = 1, max = 1500) int trainingSteps,
      @ForAll @IntRange(min = 1, max = 1500) int count) {
    Assume.that(count <= trainingSteps);
    int[] linear = TimestepSpacing.linear(count, trainingSteps);
    assertIncreasesWithin(linear, count, trainingSteps);
    assertEquals(0, linear[0]);
    assertTrue(count == 1 || linear[count - 1] == trainingSteps - 1, "it stops short");
    int[] upTo = TimestepSpacing.upTo(trainingSteps, count);
    assertIncreasesWithin(upTo, count, trainingSteps);
    assertEquals(trainingSteps - 1, upTo[count - 1]);
  }

  static void assertIncreasesWithin(int[] steps, int count, int trainingSteps) {
    assertEquals(count, steps.length);
    for (int i = 0; i < count; i++) {
      assertTrue(steps[i] >= 0 && steps[i] < trainingSteps);
      assertTrue(i == 0 || steps[i] > steps[i - 1]);
    }
  }
}
