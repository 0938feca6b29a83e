package dev.hale.diffusion;

import static dev.hale.diffusion.TimestepSpacingTest.assertIncreasesWithin;
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

/** Cases worked by hand; the rounding is Python's. */
class ReferenceSpacingTest {
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
      })
  void spacingsAreRead(String spacing, int trainingSteps, String expected) {
    assertArrayEquals(
        Arrays.stream(expected.split(" ")).mapToInt(Integer::parseInt).toArray(),
        ReferenceSpacing.parse(spacing, trainingSteps));
  }

  @Test
  void noSpacingMeansEveryStep() {
    assertArrayEquals(new int[] {0, 1, 2, 3}, ReferenceSpacing.parse("", 4));
  }

  @Test
  void unevenSectionsAreEachStridedAlone() {
    int[] steps = ReferenceSpacing.parse("10,15,20", 300);
    assertEquals(45, steps.length);
    assertEquals(99, steps[9]);
    assertEquals(100, steps[10]);
    assertEquals(107, steps[11]); // 99/14 = 7.07
    assertEquals(114, steps[12]);
    assertEquals(199, steps[24]);
    assertEquals(299, steps[44]);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "11 | cannot take 11 steps out of 10",
        "0 | cannot take 0 steps out of 10",
        "-2 | cannot take -2 steps out of 10",
        "6,5 | cannot take 6 steps out of 5",
        "ddim6 | no integer stride visits exactly 6 of 10 steps",
        "ddim1 | no integer stride visits exactly 1 of 10 steps", // as the reference has it
        "ddim11 | no integer stride visits exactly 11 of 10 steps",
      })
  void whatCannotBeTakenIsExplained(String spacing, String message) {
    assertEquals(message, refusal(spacing, 10));
  }

  private static String refusal(String spacing, int trainingSteps) {
    return assertThrows(
            IllegalArgumentException.class, () -> ReferenceSpacing.parse(spacing, trainingSteps))
        .getMessage();
  }

  @Property(tries = 300)
  void everySpacingIncreasesWithinItsRange(
      @ForAll @IntRange(min = 1, max = 1500) int trainingSteps,
      @ForAll @IntRange(min = 1, max = 1500) int count) {
    Assume.that(count <= trainingSteps);
    assertIncreasesWithin(
        ReferenceSpacing.parse(Integer.toString(count), trainingSteps), count, trainingSteps);
  }

  @Property(tries = 200)
  void everyStrideIsFoundByItsCount(
      @ForAll @IntRange(min = 2, max = 1500) int trainingSteps,
      @ForAll @IntRange(min = 1, max = 1499) int stride) {
    Assume.that(stride < trainingSteps);
    int count = (trainingSteps - 1) / stride + 1;
    int[] steps = ReferenceSpacing.parse("ddim" + count, trainingSteps);
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
    int[] steps = ReferenceSpacing.parse("%d,%d,%d".formatted(first, second, third), trainingSteps);
    assertIncreasesWithin(steps, first + second + third, trainingSteps);
    double section = trainingSteps / 3.0;
    assertEquals(first, Arrays.stream(steps).filter(t -> t < Math.ceil(section)).count());
  }
}
