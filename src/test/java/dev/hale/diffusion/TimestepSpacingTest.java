package dev.hale.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which steps a shorter chain visits. Cases worked by hand; the rounding is Python's. */
class TimestepSpacingTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ddim5 | 10 | 0 2 4 6 8",
        "ddim4 | 10 | 0 3 6 9",
        "ddim10 | 10 | 0 1 2 3 4 5 6 7 8 9",
        "ddim2 | 10 | 0 5",
        "1 | 10 | 0",
        "2 | 10 | 0 9",
        "3 | 10 | 0 4 9", // 4.5 rounds to the even 4
        "5 | 10 | 0 2 4 7 9", // 2.25, 4.5, 6.75
        "10 | 10 | 0 1 2 3 4 5 6 7 8 9",
        "1,1,1 | 9 | 0 3 6",
        "2,2 | 7 | 0 3 4 6", // sections of 4 and 3
        "2, 1,2 | 8 | 0 2 3 6 7", // sections of 3, 3 and 2
        "linear:4 | 10 | 0 3 6 9",
        "linear:3 | 10 | 0 4 9",
        "linear:1 | 10 | 0",
        "quadratic:4 | 10 | 0 1 4 9",
        "quadratic:3 | 10 | 0 2 9", // 2.25
        "quadratic:5 | 10 | 0 1 2 5 9", // 0.56 would be 0 again
        "quadratic:10 | 10 | 0 1 2 3 4 5 6 7 8 9",
      })
  void spacingsAreRead(String spacing, int trainingSteps, String expected) {
    assertArrayEquals(
        Arrays.stream(expected.split(" ")).mapToInt(Integer::parseInt).toArray(),
        TimestepSpacing.parse(spacing, trainingSteps));
  }

  @Test
  void noSpacingMeansEveryStep() {
    assertArrayEquals(new int[] {0, 1, 2, 3}, TimestepSpacing.parse("", 4));
  }

  @Test
  void unevenSectionsAreEachStridedAlone() {
    int[] steps = TimestepSpacing.parse("10,15,20", 300);
    assertEquals(45, steps.length);
    assertEquals(99, steps[9]);
    assertEquals(100, steps[10]);
    assertEquals(107, steps[11]); // 99/14 = 7.07
    assertEquals(114, steps[12]);
    assertEquals(199, steps[24]);
    assertEquals(299, steps[44]);
  }

  @Test
  void aChainUpToALevelEndsThere() {
    assertArrayEquals(new int[] {1, 3, 5, 7, 9}, TimestepSpacing.upTo(10, 5));
    assertArrayEquals(new int[] {2, 5, 9}, TimestepSpacing.upTo(10, 3));
    assertArrayEquals(new int[] {9}, TimestepSpacing.upTo(10, 1));
    assertArrayEquals(new int[] {0, 1, 2}, TimestepSpacing.upTo(3, 3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "ddim", "ddimx", "5,", ",5", "2;3", "linear:", "linear", "1.5"})
  void whatCannotBeReadIsShownWithWhatCan(String spacing) {
    assertEquals(
        "cannot read the timestep spacing '%s': use N, a,b,c, ddimN, linear:N or quadratic:N"
            .formatted(spacing),
        refusal(spacing, 10));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "11 | cannot take 11 steps out of 10",
        "0 | cannot take 0 steps out of 10",
        "-2 | cannot take -2 steps out of 10",
        "6,5 | cannot take 6 steps out of 5",
        "linear:11 | cannot take 11 steps out of 10",
        "quadratic:0 | cannot take 0 steps out of 10",
        "ddim6 | no integer stride visits exactly 6 of 10 steps",
        "ddim1 | no integer stride visits exactly 1 of 10 steps", // as the reference has it
        "ddim11 | no integer stride visits exactly 11 of 10 steps",
      })
  void whatCannotBeTakenIsExplained(String spacing, String message) {
    assertEquals(message, refusal(spacing, 10));
  }

  @Test
  void aChainUpToALevelHasNoMoreStepsThanIt() {
    assertEquals(
        "cannot take 4 steps out of 3",
        assertThrows(IllegalArgumentException.class, () -> TimestepSpacing.upTo(3, 4))
            .getMessage());
  }

  private static String refusal(String spacing, int trainingSteps) {
    return assertThrows(
            IllegalArgumentException.class, () -> TimestepSpacing.parse(spacing, trainingSteps))
        .getMessage();
  }

  @Property(tries = 300)
  void everySpacingIncreasesWithinItsRange(
      @ForAll @IntRange(min = 1, max = 1500) int trainingSteps,
      @ForAll @IntRange(min = 1, max = 1500) int count) {
    Assume.that(count <= trainingSteps);
    for (String kind : new String[] {"", "linear:", "quadratic:"}) {
      int[] steps = TimestepSpacing.parse(kind + count, trainingSteps);
      assertIncreasesWithin(steps, count, trainingSteps);
      assertEquals(0, steps[0]);
      assertTrue(count == 1 || steps[count - 1] == trainingSteps - 1, kind + " stops short");
    }
    int[] upTo = TimestepSpacing.upTo(trainingSteps, count);
    assertIncreasesWithin(upTo, count, trainingSteps);
    assertEquals(trainingSteps - 1, upTo[count - 1]);
  }

  @Property(tries = 200)
  void everyStrideIsFoundByItsCount(
      @ForAll @IntRange(min = 2, max = 1500) int trainingSteps,
      @ForAll @IntRange(min = 1, max = 1499) int stride) {
    Assume.that(stride < trainingSteps);
    int count = (trainingSteps - 1) / stride + 1;
    int[] steps = TimestepSpacing.parse("ddim" + count, trainingSteps);
    assertIncreasesWithin(steps, count, trainingSteps);
    for (int i = 0; i < count; i++) {
      assertEquals(i * steps[1], steps[i]);
    }
    assertTrue(steps[1] <= stride, "a smaller stride gives as many");
  }

  @Property(tries = 200)
  void everySectionGetsItsCount(
      @ForAll @IntRange(min = 60, max = 1500) int trainingSteps,
      @ForAll @IntRange(min = 1, max = 20) int first,
      @ForAll @IntRange(min = 1, max = 20) int second,
      @ForAll @IntRange(min = 1, max = 20) int third) {
    int[] steps = TimestepSpacing.parse("%d,%d,%d".formatted(first, second, third), trainingSteps);
    assertIncreasesWithin(steps, first + second + third, trainingSteps);
    double section = trainingSteps / 3.0;
    assertEquals(first, Arrays.stream(steps).filter(t -> t < Math.ceil(section)).count());
  }

  private static void assertIncreasesWithin(int[] steps, int count, int trainingSteps) {
    assertEquals(count, steps.length);
    for (int i = 0; i < count; i++) {
      assertTrue(steps[i] >= 0 && steps[i] < trainingSteps);
      assertTrue(i == 0 || steps[i] > steps[i - 1]);
    }
  }
}
