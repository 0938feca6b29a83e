package dev.hale.picture.chart;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ChartTest {
  @Test
  void smoothingIsTheMeanOfTheWindow() {
    double[] x = IntStream.range(0, 5).asDoubleStream().toArray();
    Series series = new Series("", 0, x, new double[] {1, 2, Double.NaN, 6, 10}, 1);
    assertArrayEquals(new double[] {1, 1.5, 4, 8, 10}, series.smoothed(3).y(), 1e-12);
    assertArrayEquals(
        new double[] {1.5, 8},
        new Series("", 0, x, new double[] {1, 2, 6, 8, 10}, 1).averaged(2).y(),
        1e-12);
  }

  @Test
  void ticksAreRoundNumbers() {
    assertEquals(List.of(0.0, 0.5, 1.0, 1.5, 2.0), new ChartAxis(0, 2.2, false).ticks());
    assertEquals(List.of(0.1, 0.2, 0.5, 1.0), new ChartAxis(0.09, 1.1, true).ticks());
    assertEquals("2000", ChartAxis.label(2000));
    assertEquals("0.05", ChartAxis.label(0.05));
    assertEquals("3e-4", ChartAxis.label(3e-4));
    assertEquals("2.5e6", ChartAxis.label(2.5e6));
    assertEquals("0", ChartAxis.label(0));
  }
}
