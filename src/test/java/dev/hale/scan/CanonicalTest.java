package dev.hale.scan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CanonicalTest {
  private static final int[][] ORDERS = {
    {0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}
  };

  private static Grid grid(int order, int flips, Random random) {
    double[] affine = new double[16];
    affine[15] = 1;
    for (int axis = 0; axis < 3; axis++) {
      for (int row = 0; row < 3; row++) {
        affine[4 * row + axis] = random.nextDouble(-0.1, 0.1);
      }
      affine[4 * ORDERS[order][axis] + axis] = (flips >> axis & 1) == 1 ? -1.5 : 1.5;
      affine[4 * axis + 3] = random.nextDouble(-50, 50);
    }
    return new Grid(4, 5, 6, affine);
  }

  /** The coordinate in millimetres of each voxel along R, A or S. */
  private static float[] coordinate(Grid grid, int row) {
    double[] a = grid.affine();
    float[] values = new float[grid.size()];
    for (int v = 0; v < values.length; v++) {
      int i = v % grid.nx();
      int j = v / grid.nx() % grid.ny();
      int k = v / grid.nx() / grid.ny();
      values[v] =
          (float) (a[4 * row] * i + a[4 * row + 1] * j + a[4 * row + 2] * k + a[4 * row + 3]);
    }
    return values;
  }

  @Property(tries = 100)
  void voxelsKeepTheirPlaceAndComeBack(
      @ForAll @IntRange(min = 0, max = 5) int order,
      @ForAll @IntRange(min = 0, max = 7) int flips,
      @ForAll long seed) {
    Grid grid = grid(order, flips, new Random(seed));
    Canonical canonical = Canonical.of(grid);
    for (int row = 0; row < 3; row++) {
      assertTrue(canonical.grid().affine()[5 * row] > 1);
      float[] place = coordinate(grid, row);
      float[] turned = canonical.toCanonical(place);
      assertArrayEquals(coordinate(canonical.grid(), row), turned, 1e-4f);
      assertArrayEquals(place, canonical.toSource(turned));
    }
    byte[] bytes = new byte[grid.size()];
    new Random(seed).nextBytes(bytes);
    assertArrayEquals(bytes, canonical.toSource(canonical.toCanonical(bytes)));
  }

  @Property(tries = 50)
  void slicesRunTowardsRightAnteriorAndSuperior(
      @ForAll Axis axis,
      @ForAll @IntRange(min = 0, max = 5) int order,
      @ForAll @IntRange(min = 0, max = 7) int flips,
      @ForAll long seed) {
    Grid grid = grid(order, flips, new Random(seed));
    Canonical canonical = Canonical.of(grid);
    int columns = canonical.size(axis.column());
    float[] across = canonical.slice(coordinate(grid, axis.column()), axis, 1);
    float[] up = canonical.slice(coordinate(grid, axis.row()), axis, 1);
    assertEquals(columns * canonical.size(axis.row()), across.length);
    for (int p = 0; p < across.length; p++) {
      assertTrue(p % columns == 0 || across[p] > across[p - 1] + 1);
      assertTrue(p < columns || up[p] > up[p - columns] + 1);
    }
    float[] through = coordinate(grid, axis.normal());
    assertTrue(canonical.slice(through, axis, 1)[0] > canonical.slice(through, axis, 0)[0] + 1);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Canonical canonical = Canonical.of(Grid.ofSpacing(4, 5, 6, 1, 1, 1));
    assertThrows(DataException.class, () -> canonical.toCanonical(new float[119]));
    assertThrows(DataException.class, () -> canonical.toSource(new byte[121]));
    String message =
        assertThrows(DataException.class, () -> canonical.slice(new float[120], Axis.AXIAL, 6))
            .getMessage();
    assertEquals("no AXIAL slice 6: there are 6", message);
  }
}
