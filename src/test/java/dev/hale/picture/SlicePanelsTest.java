package dev.hale.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hale.scan.Axis;
import dev.hale.scan.Canonical;
import dev.hale.scan.Grid;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class SlicePanelsTest {
  private static final Grid GRID = Grid.ofSpacing(4, 3, 2, 1, 1, 1);

  @Test
  void aPanelShowsTheBrainAndNothingOutside() {
    byte[] brain = new byte[24];
    for (int v : new int[] {1, 2, 5, 13, 14, 17, 18}) { // all but (2, 1, 0) of a square
      brain[v] = 1;
    }
    float[] image = new float[24];
    for (int v = 0; v < 24; v++) {
      image[v] = v;
    }
    SlicePanels panels = panels(GRID, Axis.AXIAL, brain);
    assertArrayEquals(new float[] {1, 2, 5, 6}, panels.values(image, 0));
    assertArrayEquals(new float[] {13, 14, 17, 18}, panels.values(image, 1));
    assertArrayEquals(new byte[] {1, 1, 1, 0}, panels.mask(brain, 0));
    Montage.View view =
        new Montage.View(1, Montage.Interpolation.NEAREST, Montage.Orientation.AS_STORED);
    assertArrayEquals(
        new int[] {0, 0xffffff, 0xffffff, 0}, panels.grey(image, 0, 1, 2).paint(view));
  }

  @Test
  void pixelsAreSquareWhereVoxelsAreNot() {
    Grid flat = Grid.ofSpacing(2, 2, 1, 1, 2, 1);
    SlicePanels panels = panels(flat, Axis.AXIAL, new byte[] {1, 1, 1, 1});
    assertArrayEquals(
        new float[] {0, 1, 0, 1, 2, 3, 2, 3}, panels.values(new float[] {0, 1, 2, 3}, 0));
    assertEquals(10, panels.view(Montage.Orientation.of(Axis.AXIAL)).scale());
  }

  @Test
  void theFullestSliceHasMostLesionOrElseMostBrain() {
    byte[] brain = new byte[24];
    Arrays.fill(brain, 0, 13, (byte) 1);
    byte[] lesion = new byte[24];
    assertEquals(0, panels(GRID, Axis.AXIAL, brain).fullest(lesion));
    lesion[12] = 1;
    assertEquals(1, panels(GRID, Axis.AXIAL, brain).fullest(lesion));
    lesion[7] = 1;
    lesion[3] = 1;
    assertEquals(3, panels(GRID, Axis.SAGITTAL, brain).fullest(lesion));
  }

  private static SlicePanels panels(Grid grid, Axis axis, byte[] brain) {
    return new SlicePanels(Canonical.of(grid), axis, brain, 0, 40);
  }
}
