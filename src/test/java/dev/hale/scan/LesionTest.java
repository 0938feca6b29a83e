package dev.hale.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hale.scan.Lesion.Index;
import dev.hale.scan.Lesion.Place;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LesionTest {
  /** Sides of 2, 3 and 4 mm, i to the Left, the first voxel at (10, -20, 5). */
  private static final Grid GRID =
      new Grid(6, 5, 4, new double[] {-2, 0, 0, 10, 0, 3, 0, -20, 0, 0, 4, 5, 0, 0, 0, 1});

  private static List<Lesion> lesions(int[]... voxels) {
    float[] map = new float[GRID.size()];
    byte[] mask = new byte[GRID.size()];
    for (int n = 0; n < voxels.length; n++) {
      int v = GRID.index(voxels[n][0], voxels[n][1], voxels[n][2]);
      mask[v] = 1;
      map[v] = 0.5f + n;
    }
    return new AnomalyMap(GRID, map, mask, null, 0.25, "fixed", 1, Map.of()).lesions();
  }

  @Test
  void theLargestComesFirstWithWhatIsKnownOfIt() {
    List<Lesion> lesions =
        lesions(new int[] {0, 0, 0}, new int[] {3, 2, 1}, new int[] {4, 3, 2}, new int[] {5, 3, 2});
    assertEquals(2, lesions.size());
    Lesion large = lesions.get(0);
    assertEquals(3, large.voxels());
    assertEquals(3 * 24 / 1000.0, large.volumeMl(), 1e-12);
    assertEquals(new Place(4, 8 / 3.0, 5 / 3.0), large.centre());
    assertEquals(2, large.centreMillimetres().x(), 1e-12); // 10 - 2 · 4
    assertEquals(-12, large.centreMillimetres().y(), 1e-12); // -20 + 3 · 8/3
    assertEquals(5 + 20 / 3.0, large.centreMillimetres().z(), 1e-12);
    assertEquals(new Index(3, 2, 1), large.first());
    assertEquals(new Index(5, 3, 2), large.last());
    assertEquals(2.5, large.mean(), 1e-6);
    assertEquals(3.5, large.peak(), 1e-6);
    assertEquals(
        new Lesion(
            1,
            0.024,
            new Place(0, 0, 0),
            new Place(10, -20, 5),
            new Index(0, 0, 0),
            new Index(0, 0, 0),
            0.5,
            0.5),
        lesions.get(1));
  }

  @Test
  void nothingMarkedIsNoLesion() {
    assertEquals(List.of(), lesions());
  }
}
