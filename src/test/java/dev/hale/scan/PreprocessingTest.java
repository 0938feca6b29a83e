package dev.hale.scan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreprocessingTest {
  private static final List<String> TWO = List.of("FLAIR", "T1");

  /** A smooth ellipsoid "brain" in millimetres, 0 outside; no symmetry hides a flip. */
  private static float phantom(int channel, double x, double y, double z) {
    double r = x * x / 900 + y * y / 1225 + z * z / 625;
    if (r > 1) {
      return 0;
    }
    double wave = Math.sin(x / 11 + 0.3) + Math.cos(y / 13) + Math.sin(z / 9 + 0.1 * x / 5);
    return (float) (100 + 20 * wave + (channel == 0 ? y / 3 : x / 2 - z / 4));
  }

  private static Scan phantom(Grid grid) {
    float[] voxels = new float[2 * grid.size()];
    double[] a = grid.affine();
    for (int c = 0; c < 2; c++) {
      for (int k = 0; k < grid.nz(); k++) {
        for (int j = 0; j < grid.ny(); j++) {
          for (int i = 0; i < grid.nx(); i++) {
            double x = a[0] * i + a[1] * j + a[2] * k + a[3];
            double y = a[4] * i + a[5] * j + a[6] * k + a[7];
            double z = a[8] * i + a[9] * j + a[10] * k + a[11];
            voxels[c * grid.size() + grid.index(i, j, k)] = phantom(c, x, y, z);
          }
        }
      }
    }
    return new Scan("phantom", TWO, grid, voxels);
  }

  private static Grid centred(int nx, int ny, int nz, double sx, double sy, double sz) {
    double[] affine = Grid.ofSpacing(nx, ny, nz, sx, sy, sz).affine();
    affine[3] = -sx * (nx - 1) / 2;
    affine[7] = -sy * (ny - 1) / 2;
    affine[11] = -sz * (nz - 1) / 2;
    return new Grid(nx, ny, nz, affine);
  }

  private static Preprocessing widest(int size, double spacing, Axis axis) {
    return new Preprocessing(TWO, size, spacing, axis, 0, 100, 0);
  }

  @ParameterizedTest
  @EnumSource(Axis.class)
  void modelImagesAreScaledInsideTheBrainAndBackgroundOutside(Axis axis) {
    Scan scan = phantom(centred(70, 80, 60, 1, 1, 1));
    PreparedScan prepared = new Preprocessing(TWO, 48, 2, axis).prepare(scan, null);
    assertEquals(0, prepared.unseen());
    int pixels = 48 * 48;
    boolean reachesLow = false;
    boolean reachesHigh = false;
    for (int n = 0; n < prepared.count(); n++) {
      int brain = 0;
      for (int p = 0; p < 2 * pixels; p++) {
        float value = prepared.images()[n][p];
        if (prepared.masks()[n][p % pixels] == 0) {
          assertEquals(-1, value);
        } else {
          brain++;
          assertTrue(value >= -1 && value <= 1);
          reachesLow |= value < -0.9;
          reachesHigh |= value > 0.9;
        }
      }
      assertEquals(brain / 2.0 / pixels, prepared.brainFractions()[n], 1e-12);
    }
    assertTrue(reachesLow && reachesHigh);
  }

  @Test
  void pixelsAsLargeAsVoxelsCopyThem() {
    Scan scan = phantom(centred(61, 71, 51, 1, 1, 1));
    PreparedScan prepared = widest(72, 1, Axis.AXIAL).prepare(scan, null);
    assertArrayEquals(scan.voxels(), interpolated(prepared).voxels(), 2e-4f);
  }

  @ParameterizedTest
  @EnumSource(Axis.class)
  void aSmoothScanComesBackAtFineSpacing(Axis axis) {
    Scan scan = phantom(centred(50, 60, 30, 1.3, 1.2, 1.9));
    PreparedScan prepared = widest(180, 0.5, axis).prepare(scan, null);
    float[] back = interpolated(prepared).voxels();
    double range = prepared.upper()[0] - prepared.lower()[0];
    double squares = 0;
    int inside = 0;
    for (int v = 0; v < scan.grid().size(); v++) {
      if (prepared.brainMask()[v] == 0) {
        assertEquals(scan.voxels()[v], back[v]);
      } else {
        double difference = (back[v] - scan.voxels()[v]) / range;
        assertTrue(Math.abs(difference) < 0.03, "off by " + difference);
        squares += difference * difference;
        inside++;
      }
    }
    assertTrue(Math.sqrt(squares / inside) < 0.004, "rms " + Math.sqrt(squares / inside));
  }

  /** Every order of axes, and a flip of each, shows the model the same images. */
  @ParameterizedTest
  @ValueSource(strings = {"012", "021", "102", "120", "201", "210"})
  void storageOrderDoesNotMatter(String order) {
    Grid straight = centred(40, 46, 34, 2, 1.8, 1.7);
    PreparedScan expected = widest(64, 1.5, Axis.CORONAL).prepare(phantom(straight), null);
    float[] map = expected.restore(channel(expected, 1), -7);
    int[] size = {straight.nx(), straight.ny(), straight.nz()};
    double[] affine = straight.affine();
    for (int flips = 0; flips < 8; flips++) {
      int[] newSize = new int[3];
      double[] turned = affine.clone();
      for (int to = 0; to < 3; to++) {
        int from = order.charAt(to) - '0';
        newSize[to] = size[from];
        boolean flip = (flips >> to & 1) == 1;
        for (int row = 0; row < 3; row++) {
          turned[4 * row + to] = affine[4 * row + from] * (flip ? -1 : 1);
          turned[4 * row + 3] += flip ? affine[4 * row + from] * (size[from] - 1) : 0;
        }
      }
      Grid grid = new Grid(newSize[0], newSize[1], newSize[2], turned);
      PreparedScan prepared = widest(64, 1.5, Axis.CORONAL).prepare(phantom(grid), null);
      assertArrayEquals(expected.slices(), prepared.slices());
      for (int n = 0; n < prepared.count(); n++) {
        assertArrayEquals(expected.images()[n], prepared.images()[n], 1e-4f);
      }
      float[] restored = prepared.restore(channel(prepared, 1), -7);
      assertArrayEquals(map, Canonical.of(grid).toCanonical(restored), 1e-4f);
    }
  }

  /** A tilted head on a tilted grid is, voxel for voxel, the straight one. */
  @Test
  void anObliqueGridIsCutAlongItsOwnAxes() {
    Grid straight = centred(40, 46, 34, 2, 1.8, 1.7);
    Scan scan = phantom(straight);
    double[] a = straight.affine();
    double[] tilted = new double[16];
    double c = Math.cos(0.4);
    double s = Math.sin(0.4);
    for (int column = 0; column < 4; column++) {
      tilted[column] = a[column];
      tilted[4 + column] = c * a[4 + column] - s * a[8 + column];
      tilted[8 + column] = s * a[4 + column] + c * a[8 + column];
    }
    tilted[15] = 1;
    Scan oblique = new Scan("oblique", TWO, new Grid(40, 46, 34, tilted), scan.voxels());
    PreparedScan expected = widest(64, 1.5, Axis.AXIAL).prepare(scan, null);
    PreparedScan prepared = widest(64, 1.5, Axis.AXIAL).prepare(oblique, null);
    for (int n = 0; n < prepared.count(); n++) {
      assertArrayEquals(expected.images()[n], prepared.images()[n], 1e-4f);
    }
    assertEquals(oblique.grid(), prepared.restoreScan(prepared.images()).grid());
  }

  @Test
  void restoredMapsHoldTheFillOutsideTheBrain() {
    Scan scan = phantom(centred(70, 80, 60, 1, 1, 1));
    PreparedScan prepared =
        new Preprocessing(TWO, 48, 2, Axis.AXIAL, 1, 99, 0.2).prepare(scan, null);
    float[][] maps = new float[prepared.count()][48 * 48];
    for (float[] map : maps) {
      Arrays.fill(map, 3);
    }
    float[] volume = prepared.restore(maps, -1);
    int first = prepared.slices()[0];
    assertTrue(first > 5, "small slices are left out");
    int restored = 0;
    for (int v = 0; v < volume.length; v++) {
      int slice = v / (70 * 80);
      boolean kept = Arrays.binarySearch(prepared.slices(), slice) >= 0;
      if (prepared.brainMask()[v] == 0 || !kept) {
        assertEquals(-1, volume[v]);
      } else if (volume[v] == 3) {
        restored++;
      }
    }
    long kept = Math.round((1 - prepared.unseen()) * BrainMasks.count(prepared.brainMask()));
    assertTrue(restored > 0.99 * kept, restored + " of " + kept);
  }

  /**
   * The model's pixels are coarser than the voxels, so nothing would come back by interpolation.
   */
  @ParameterizedTest
  @EnumSource(Axis.class)
  void whatWasNotChangedKeepsItsExactValues(Axis axis) {
    Scan scan = phantom(centred(50, 60, 40, 1.3, 1.2, 1.9));
    PreparedScan prepared = new Preprocessing(TWO, 32, 3, axis).prepare(scan, null);
    assertArrayEquals(scan.voxels(), prepared.restoreScan(prepared.images()).voxels());
    float[][] changed = new float[prepared.count()][];
    for (int n = 0; n < changed.length; n++) {
      changed[n] = prepared.images()[n].clone();
    }
    int middle = changed.length / 2;
    int pixel = 32 * 32 + 16 * 32 + 16; // of the second channel
    assertEquals(1, prepared.masks()[middle][16 * 32 + 16]);
    changed[middle][pixel] += 0.1f;
    float[] back = prepared.restoreScan(changed).voxels();
    Set<Integer> slices = new TreeSet<>();
    int differing = 0;
    Canonical canonical = Canonical.of(scan.grid());
    float[] difference = new float[scan.grid().size()];
    for (int v = 0; v < back.length; v++) {
      if (back[v] != scan.voxels()[v]) {
        assertTrue(v >= scan.grid().size(), "the first channel was left alone");
        difference[v - scan.grid().size()] = 1;
        differing++;
      }
    }
    for (int s = 0; s < canonical.size(axis.normal()); s++) {
      for (float value : canonical.slice(difference, axis, s)) {
        if (value != 0) {
          slices.add(s);
        }
      }
    }
    assertEquals(Set.of(prepared.slices()[middle]), slices);
    assertTrue(differing > 4 && differing <= 36, differing + " voxels around a pixel");
  }

  @Test
  void anotherScanIsSeenAsThisOneIs() {
    Scan scan = phantom(centred(50, 60, 40, 1.3, 1.2, 1.9));
    PreparedScan prepared = new Preprocessing(TWO, 32, 3, Axis.AXIAL).prepare(scan, null);
    assertArrayEquals(prepared.images(), prepared.imagesOf(scan));
    float[] brighter = scan.voxels().clone();
    double step = (prepared.upper()[1] - prepared.lower()[1]) / 2;
    for (int v = scan.grid().size(); v < brighter.length; v++) {
      brighter[v] += (float) (0.25 * step);
    }
    Scan other = new Scan("other", scan.channels(), scan.grid(), brighter);
    float[][] images = prepared.imagesOf(other);
    for (int n = 0; n < images.length; n++) {
      for (int p = 0; p < 32 * 32; p++) {
        float before = prepared.images()[n][32 * 32 + p];
        assertEquals(prepared.images()[n][p], images[n][p]);
        if (prepared.masks()[n][p] != 0 && before > -0.9 && before < 0.6) {
          assertEquals(before + 0.25, images[n][32 * 32 + p], 0.02); // its own percentiles: 0
        }
      }
    }
    Scan elsewhere = phantom(centred(50, 60, 41, 1.3, 1.2, 1.9));
    assertTrue(
        assertThrows(DataException.class, () -> prepared.imagesOf(elsewhere))
            .getMessage()
            .contains("50×60×41"));
  }

  /** Of what is finer than a pixel, all stays where little is changed and nothing where much is. */
  @Test
  void detailStaysWhereTheChangeIsSmall() {
    Grid grid = centred(48, 48, 1, 1, 1, 1);
    float[] voxels = new float[grid.size()];
    for (int v = 0; v < voxels.length; v++) {
      voxels[v] = 100 + (v % 48 + v / 48) % 2 * 20; // a chessboard: every pixel of 2 mm is 110
    }
    voxels[0] = 0;
    voxels[1] = 200;
    Scan scan = new Scan("board", List.of("T1"), grid, voxels);
    PreparedScan prepared =
        new Preprocessing(List.of("T1"), 24, 2, Axis.AXIAL, 0, 100, 0)
            .prepare(scan, BrainMask.whole(grid));
    for (double change : new double[] {0.05, 0.1, 0.2, 0.5}) {
      float[][] changed = {prepared.images()[0].clone()};
      for (int p = 0; p < changed[0].length; p++) {
        changed[0][p] += (float) change;
      }
      float[] back = prepared.restoreScan(changed).voxels();
      double kept = Math.max(0, 1 - change / 0.2);
      for (int v = 20 * 48 + 20; v < 20 * 48 + 28; v++) {
        double expected = 110 + 100 * change + kept * (voxels[v] - 110);
        assertEquals(expected, back[v], 1e-3, "changed by " + change);
      }
    }
  }

  /** Both channels by interpolation alone, the input where the model has no say. */
  private static Scan interpolated(PreparedScan prepared) {
    Scan scan = prepared.scan();
    float[] voxels = scan.voxels().clone();
    for (int c = 0; c < scan.channels().size(); c++) {
      double scale = (prepared.upper()[c] - prepared.lower()[c]) / 2;
      float[] restored = prepared.restore(channel(prepared, c), Float.NaN);
      for (int v = 0; v < restored.length; v++) {
        if (!Float.isNaN(restored[v])) {
          voxels[c * restored.length + v] =
              (float) (prepared.lower()[c] + scale * (1 + restored[v]));
        }
      }
    }
    return new Scan(scan.name(), scan.channels(), scan.grid(), voxels);
  }

  @Test
  void whatTheModelDoesNotSeeIsCounted() {
    Scan scan = phantom(centred(70, 80, 60, 1, 1, 1));
    PreparedScan prepared = new Preprocessing(TWO, 20, 2, Axis.AXIAL).prepare(scan, null);
    assertTrue(prepared.unseen() > 0.3, "unseen " + prepared.unseen());
    Scan back = interpolated(prepared);
    assertEquals(
        scan.voxels()[scan.grid().index(8, 40, 30)], back.voxels()[scan.grid().index(8, 40, 30)]);
  }

  @Test
  void lesionsLabelTheirSliceHoweverSmall() {
    Scan scan = phantom(centred(64, 72, 56, 1, 1, 1));
    PreparedScan prepared = new Preprocessing(TWO, 32, 4, Axis.AXIAL).prepare(scan, null);
    byte[] lesion = new byte[scan.grid().size()];
    lesion[scan.grid().index(30, 40, 20)] = 1;
    for (int j = 20; j < 40; j++) {
      for (int i = 20; i < 40; i++) {
        lesion[scan.grid().index(i, j, 30)] = 2;
      }
    }
    SliceMasks masks = prepared.toModel(lesion);
    for (int n = 0; n < prepared.count(); n++) {
      int slice = prepared.slices()[n];
      assertEquals(slice == 20 || slice == 30, masks.diseased(n));
      assertEquals(slice == 30 ? 400 : slice == 20 ? 1 : 0, masks.voxels()[n]);
      // 400 mm² are 25 pixels of 16 mm²; the single voxel fills none.
      assertEquals(
          slice == 30 ? 25 : 0, BrainMasks.count(masks.masks()[n]), 5 * (slice == 30 ? 1 : 0));
    }
  }

  @Test
  void veryAnisotropicTinyAndFlatScansWork() {
    Scan thick = phantom(centred(40, 45, 9, 1.7, 1.7, 6));
    assertTrue(widest(40, 2, Axis.SAGITTAL).prepare(thick, null).count() > 20);
    float[] four = {1, 2, 3, 4};
    Scan tiny = new Scan("tiny", List.of("T1"), Grid.ofSpacing(2, 2, 1, 1, 1, 1), four);
    PreparedScan prepared =
        new Preprocessing(List.of("T1"), 2, 1, Axis.AXIAL, 0, 100, 0)
            .prepare(tiny, BrainMask.whole(tiny.grid()));
    assertArrayEquals(new float[] {-1, -1 / 3f, 1 / 3f, 1}, prepared.images()[0], 1e-6f);
    assertArrayEquals(four, interpolated(prepared).voxels(), 1e-6f);
  }

  @Test
  void voxelsThatAreNoNumbersAreNeverBrain() {
    Scan scan = phantom(centred(64, 72, 56, 1, 1, 1));
    int centre = scan.grid().index(32, 36, 28);
    scan.voxels()[centre] = Float.NaN;
    PreparedScan prepared = widest(48, 2, Axis.AXIAL).prepare(scan, BrainMask.whole(scan.grid()));
    assertEquals(0, prepared.brainMask()[centre]);
    for (float[] image : prepared.images()) {
      for (float value : image) {
        assertTrue(Float.isFinite(value));
      }
    }
  }

  @Test
  void whatCannotBePreparedIsRefusedInOneLine() {
    Grid grid = Grid.ofSpacing(4, 4, 2, 1, 1, 1);
    Scan ramp = new Scan("s", List.of("T1"), grid, new float[32]);
    for (int v = 0; v < 32; v++) {
      ramp.voxels()[v] = v;
    }
    Scan constant = new Scan("s", List.of("T1"), grid, new float[32]);
    Preprocessing how = new Preprocessing(List.of("T1"), 4, 1, Axis.AXIAL);
    refused("constant inside the brain", () -> how.prepare(constant, BrainMask.whole(grid)));
    refused("every voxel is 0.0", () -> how.prepare(constant, null));
    refused("brain mask is empty", () -> how.prepare(ramp, new byte[32]));
    refused("brain mask has 31 voxels", () -> how.prepare(ramp, new byte[31]));
    refused("no channel FLAIR", () -> widest(4, 1, Axis.AXIAL).prepare(ramp, null));
    Scan flat = new Scan("s", List.of("T1"), Grid.ofSpacing(8, 4, 1, 1, 1, 1), ramp.voxels());
    refused(
        "CORONAL slices are only 8×1 voxels",
        () ->
            new Preprocessing(List.of("T1"), 4, 1, Axis.CORONAL)
                .prepare(flat, BrainMask.whole(flat.grid())));
    refused(
        "no AXIAL slice has enough brain",
        () ->
            new Preprocessing(List.of("T1"), 4, 100, Axis.AXIAL)
                .prepare(ramp, BrainMask.whole(grid)));
    PreparedScan prepared = how.prepare(ramp, BrainMask.whole(grid));
    refused("1 maps for 2", () -> prepared.restore(new float[1][16], 0));
    refused("expected 1×4×4", () -> prepared.restore(new float[2][15], 0));
    refused("mask has 3 voxels", () -> prepared.toModel(new byte[3]));
    refused("image size", () -> new Preprocessing(TWO, 0, 1, Axis.AXIAL));
    refused("pixel side", () -> new Preprocessing(TWO, 4, Double.NaN, Axis.AXIAL));
    refused("names no axis", () -> new Preprocessing(TWO, 4, 1, null));
    refused("channel names", () -> new Preprocessing(List.of("a", "a"), 4, 1, Axis.AXIAL));
    refused("percentiles", () -> new Preprocessing(TWO, 4, 1, Axis.AXIAL, 99, 1, 0));
  }

  @Test
  void preprocessingTravelsAsJson() throws Exception {
    Preprocessing how = new Preprocessing(TWO, 64, 3, Axis.SAGITTAL, 0.5, 99.5, 0.05);
    ObjectMapper json = new ObjectMapper();
    assertEquals(how, json.readValue(json.writeValueAsString(how), Preprocessing.class));
  }

  private static float[][] channel(PreparedScan prepared, int channel) {
    int size = prepared.preprocessing().imageSize();
    float[][] maps = new float[prepared.count()][];
    for (int n = 0; n < maps.length; n++) {
      maps[n] =
          Arrays.copyOfRange(
              prepared.images()[n], channel * size * size, (channel + 1) * size * size);
    }
    return maps;
  }

  private static void refused(String reason, org.junit.jupiter.api.function.Executable action) {
    String message = assertThrows(DataException.class, action).getMessage();
    assertTrue(message.contains(reason) && !message.contains("\n"), message);
  }
}
