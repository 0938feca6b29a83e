package dev.hale.scan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrainMaskTest {
  private static final Grid GRID = Grid.ofSpacing(20, 20, 12, 1, 1, 1);

  /** A ball of noise around (10, 10, 6) of radius 5. */
  private static boolean inBall(int i, int j, int k) {
    return (i - 10) * (i - 10) + (j - 10) * (j - 10) + (k - 6) * (k - 6) <= 25;
  }

  private static float[] ball(float background) {
    float[] voxels = new float[GRID.size()];
    Random random = new Random(3);
    for (int v = 0; v < voxels.length; v++) {
      boolean inside = inBall(v % 20, v / 20 % 20, v / 400);
      voxels[v] = inside ? 5 + random.nextFloat() : background;
    }
    return voxels;
  }

  private static byte[] truth() {
    byte[] mask = new byte[GRID.size()];
    for (int v = 0; v < mask.length; v++) {
      mask[v] = (byte) (inBall(v % 20, v / 20 % 20, v / 400) ? 1 : 0);
    }
    return mask;
  }

  private static Scan scan(float[] voxels) {
    return new Scan("ball", List.of("T1"), GRID, voxels);
  }

  @ParameterizedTest
  @ValueSource(floats = {0, -3.62f, 1000, Float.NaN})
  void theBackgroundMayHaveAnyValue(float background) {
    assertArrayEquals(truth(), BrainMask.find(scan(ball(background))));
  }

  /** A head in air: 8 bits make most of the noise 1 or 2, and a part of it 0. */
  @Test
  void noiseAroundAHeadIsBackground() {
    float[] voxels = ball(0);
    Random random = new Random(4);
    for (int v = 0; v < voxels.length; v++) {
      boolean zero = random.nextInt(20) == 0;
      voxels[v] = voxels[v] != 0 ? 20 * voxels[v] : zero ? 0 : 1 + random.nextInt(2);
    }
    for (int corner = 0; corner < 8; corner++) {
      voxels[GRID.index((corner & 1) * 19, (corner >> 1 & 1) * 19, (corner >> 2) * 11)] = 0;
    }
    assertArrayEquals(truth(), BrainMask.find(scan(voxels)));
    int dark = GRID.index(10, 10, 1); // at the edge of the ball
    voxels[dark] = 7; // darker than tissue, brighter than noise
    assertArrayEquals(truth(), BrainMask.find(scan(voxels)));
  }

  /** Cut out as tightly as can be, with darker tissue than a twentieth of the brightest. */
  @Test
  void darkTissueStaysWhereThereIsABackground() {
    float[] voxels = ball(0);
    for (int v = 0; v < voxels.length; v++) {
      voxels[v] = v % 3 == 0 ? voxels[v] / 1000 : voxels[v];
    }
    assertArrayEquals(truth(), BrainMask.find(scan(voxels)));
  }

  @Test
  void holesAreFilledAndSpecksDropped() {
    float[] voxels = ball(0);
    voxels[GRID.index(10, 10, 6)] = 0;
    voxels[GRID.index(9, 11, 5)] = Float.NaN;
    voxels[GRID.index(1, 1, 1)] = 9;
    assertArrayEquals(truth(), BrainMask.find(scan(voxels)));
  }

  @Test
  void cornersThatHoldSomethingElseDoNotMislead() {
    float[] voxels = ball(0);
    for (int k = 0; k < 12; k++) {
      for (int corner = 0; corner < 4; corner++) {
        voxels[GRID.index(corner % 2 * 19, corner / 2 * 19, k)] = 40 + corner;
      }
    }
    assertArrayEquals(truth(), BrainMask.find(scan(voxels)));
  }

  @Test
  void onlyWhatEveryChannelShowsIsBrain() {
    float[] both = new float[2 * GRID.size()];
    System.arraycopy(ball(0), 0, both, 0, GRID.size());
    System.arraycopy(ball(-2), 0, both, GRID.size(), GRID.size());
    for (int k = 0; k < 6; k++) {
      for (int v = 0; v < 400; v++) {
        both[GRID.size() + 400 * k + v] = -2;
      }
    }
    byte[] found = BrainMask.find(new Scan("s", List.of("a", "b"), GRID, both));
    byte[] expected = truth();
    for (int v = 0; v < 2400; v++) {
      expected[v] = 0;
    }
    assertArrayEquals(expected, found);
  }

  @Test
  void scansWithoutConstantBackgroundAreRefused() {
    float[] voxels = ball(0);
    Random random = new Random(4);
    for (int v = 0; v < voxels.length; v++) {
      voxels[v] += (float) random.nextGaussian();
    }
    refused("no constant background", scan(voxels));
    refused("constant image", scan(new float[GRID.size()]));
  }

  private static void refused(String reason, Scan scan) {
    String message = assertThrows(DataException.class, () -> BrainMask.find(scan)).getMessage();
    assertTrue(message.contains(reason) && message.contains("ball"), message);
  }

  @Test
  void aWholeMaskIsAllOnes() {
    assertEquals(GRID.size(), BrainMasks.count(BrainMask.whole(GRID)));
  }
}
