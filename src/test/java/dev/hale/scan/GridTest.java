package dev.hale.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Grids, scans and maps that cannot be are refused by name where they are made. */
final class GridTest {
  private static final Grid GRID = Grid.ofSpacing(2, 1, 1, 1, 1, 1);

  @Test
  void anAffineThatPlacesNoVoxelsIsRefused() {
    refused("the grid has no affine", () -> new Grid(2, 2, 2, null));
    refused("affine has 12 numbers, expected 16", () -> new Grid(2, 2, 2, new double[12]));
    refused("is flat: it maps the volume onto a plane or a point", () -> with(0, 0));
    refused("is not finite", () -> with(5, Double.NaN));
    refused("is not finite", () -> with(3, Double.POSITIVE_INFINITY));
    refused("does not end in 0 0 0 1", () -> with(15, 0));
    double[] flat = {1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1e-9, 0, 0, 0, 0, 1};
    refused("is flat: it maps the volume onto a plane or a point", () -> new Grid(2, 2, 2, flat));
  }

  @Test
  void thinAndSlantedVoxelsAreVoxels() {
    assertEquals(1e-4, Grid.ofSpacing(2, 2, 2, 1e-4, 1, 1e4).spacing()[0]);
    double[] slanted = {1, 0.9, 0, 5, 0, 0.4, 0, -7, 0, 0, -3, 2, 0, 0, 0, 1};
    assertEquals(3, new Grid(2, 2, 2, slanted).spacing()[2]);
  }

  @Test
  void whatIsMissingIsNamed() {
    refused("scan a has no grid", () -> new Scan("a", List.of("T1"), null, new float[2]));
    refused("scan a has no voxels", () -> new Scan("a", List.of("T1"), GRID, null));
    refused("scan a has a channel without a name", () -> new Scan("a", null, GRID, new float[2]));
    refused(
        "scan a has a channel without a name",
        () -> new Scan("a", Arrays.asList("T1", null), GRID, new float[4]));
    refused(
        "an anomaly map needs a grid, a map, a mask and its provenance",
        () -> new AnomalyMap(GRID, new float[2], null, null, 1, "otsu", 0, Map.of()));
  }

  private static Grid with(int n, double value) {
    double[] affine = GRID.affine();
    affine[n] = value;
    return new Grid(2, 2, 2, affine);
  }

  private static void refused(String reason, Executable action) {
    String message = assertThrows(DataException.class, action).getMessage();
    assertTrue(message.endsWith(reason), message);
  }
}
