package dev.hale.scan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class WantedChannelsTest {
  private static final WantedChannels SOME =
      new WantedChannels(List.of("FLAIR", "T1", "T2"), List.of("T1", "T2"));

  @Test
  void optionalOnesMayLack() {
    assertEquals(List.of(), SOME.missing(List.of("t2", "Flair")));
    assertEquals(List.of("FLAIR", "T2"), SOME.in(List.of("t2", "PD", "Flair")));
    assertEquals(List.of("FLAIR"), SOME.missing(List.of("T1")));
    assertEquals("FLAIR, T1, T2 (T1, T2 optional)", SOME.toString());
  }

  @Test
  void ofAllOptionalOnesOneMustBeThere() {
    List<String> names = List.of("T1", "T2");
    WantedChannels any = new WantedChannels(names, names);
    assertEquals(List.of(), any.missing(List.of("T2")));
    assertEquals(names, any.missing(List.of("PD")));
  }

  @Test
  void whatIsOptionalMustBeAChannel() {
    List<String> names = List.of("FLAIR");
    assertThrows(DataException.class, () -> new WantedChannels(names, List.of("T1")));
    assertThrows(DataException.class, () -> new WantedChannels(names, List.of("FLAIR", "FLAIR")));
  }

  @Test
  void anAbsentChannelIsBackgroundAllOver() {
    Grid grid = Grid.ofSpacing(8, 8, 4, 1, 1, 1);
    float[] voxels = new float[2 * grid.size()];
    for (int v = 0; v < voxels.length; v++) {
      voxels[v] = v % 61;
    }
    Scan scan = new Scan("one", List.of("t2", "flair"), grid, voxels);
    Preprocessing images =
        new Preprocessing(
            SOME.names(),
            8,
            1,
            Axis.AXIAL,
            0,
            100,
            0,
            SOME.optional(),
            Normalisation.PERCENTILES,
            0);
    PreparedScan prepared = images.prepare(scan, BrainMask.whole(grid));
    assertEquals(List.of("FLAIR", "T2"), prepared.scan().channels());
    PreparedScan both =
        new Preprocessing(List.of("FLAIR", "T2"), 8, 1, Axis.AXIAL, 0, 100, 0)
            .prepare(scan, BrainMask.whole(grid));
    for (int n = 0; n < 4; n++) {
      float[] image = prepared.images()[n];
      for (int p = 0; p < 64; p++) {
        assertEquals(both.images()[n][p], image[p]);
        assertEquals(Preprocessing.BACKGROUND, image[64 + p]);
        assertEquals(both.images()[n][64 + p], image[128 + p]);
      }
    }
    float[][] changed = new float[4][];
    for (int n = 0; n < 4; n++) {
      changed[n] = prepared.images()[n].clone();
      changed[n][n] = 0.25f; // FLAIR
      changed[n][64 + n] = 0.25f; // which the scan lacks
      changed[n][128 + n] = 0.5f; // T2
    }
    Scan restored = prepared.restoreScan(changed);
    assertEquals(List.of("FLAIR", "T2"), restored.channels());
    float[][] again = images.prepare(restored, BrainMask.whole(grid)).images();
    for (int n = 0; n < 4; n++) {
      assertEquals(0.25f, again[n][n], 1e-5f);
      assertEquals(0.5f, again[n][128 + n], 1e-5f);
    }
    assertArrayEquals(again, prepared.imagesOf(restored));
    DataException lacks =
        assertThrows(DataException.class, () -> images.prepare(scan.select(List.of("t2")), null));
    assertTrue(lacks.getMessage().contains("has no channel FLAIR"), lacks.getMessage());
  }
}
