package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GateTest {
  private static final int SIZE = 12;

  private static byte[] everywhere() {
    byte[] brain = new byte[SIZE * SIZE];
    Arrays.fill(brain, (byte) 1);
    return brain;
  }

  private static float[] map(int[]... pixels) { // x, y, tenths
    float[] map = new float[SIZE * SIZE];
    for (int[] pixel : pixels) {
      map[pixel[1] * SIZE + pixel[0]] = pixel[2] / 10f;
    }
    return map;
  }

  @Test
  void whatHangsTogetherWithASeedIsInsideAndWhatDoesNotIsOutside() {
    float[] map =
        map(
            new int[] {2, 2, 9},
            new int[] {3, 3, 5}, // over the corner
            new int[] {4, 3, 5},
            new int[] {5, 3, 2}, // too little
            new int[] {6, 3, 5}, // cut off by it
            new int[] {9, 9, 7}); // reaches, but is no seed
    Gate gate = Gate.grown(map, everywhere(), 0.8, 0.4, 0);
    int[] inside = IntStream.range(0, map.length).filter(gate::has).toArray();
    assertArrayEquals(new int[] {2 * SIZE + 2, 3 * SIZE + 3, 3 * SIZE + 4}, inside);
  }

  @Test
  void aMapWithoutASeedLeavesTheGateEmpty() {
    float[] map = map(new int[] {2, 2, 8}, new int[] {3, 3, 5});
    assertTrue(Gate.grown(map, everywhere(), 0.8f, 0.4, 3).isEmpty()); // at the seed, not above
  }

  @Test
  void aGateIsWidenedByADiscAndStaysInTheBrain() {
    byte[] brain = everywhere();
    brain[5 * SIZE + 6] = 0;
    Gate gate = Gate.grown(map(new int[] {5, 5, 9}), brain, 0.8, 0.4, 2);
    for (int j = 0; j < SIZE; j++) {
      for (int i = 0; i < SIZE; i++) {
        int square = (i - 5) * (i - 5) + (j - 5) * (j - 5);
        boolean expected = square <= 4 && !(i == 6 && j == 5);
        assertEquals(expected, gate.has(j * SIZE + i), i + ", " + j);
      }
    }
    assertTrue(Gate.grown(map(new int[] {6, 5, 9}), brain, 0.8, 0.4, 2).isEmpty());
  }

  @Test
  void whatIsEnclosedByALesionJoinsItAndABrainInSkinDoesNot() {
    int size = 40;
    float[] ring = new float[size * size];
    float[] open = new float[size * size];
    float[] skin = new float[size * size];
    for (int p = 0; p < ring.length; p++) {
      int far = Math.max(Math.abs(p % size - 20), Math.abs(p / size - 20));
      ring[p] = far == 4 ? 0.9f : 0;
      open[p] = far == 4 && p != 20 * size + 24 ? 0.9f : 0;
      skin[p] = far == 19 ? 0.9f : 0;
    }
    byte[] brain = new byte[size * size];
    Arrays.fill(brain, (byte) 1);
    assertEquals(9 * 9, count(Gate.grown(ring, brain, 0.8, 0.4, 0).filled(brain), ring.length));
    assertEquals(8 * 4 - 1, count(Gate.grown(open, brain, 0.8, 0.4, 0).filled(brain), ring.length));
    assertEquals(8 * 19, count(Gate.grown(skin, brain, 0.8, 0.4, 0).filled(brain), ring.length));
    brain[20 * size + 20] = 0;
    assertEquals(9 * 9 - 1, count(Gate.grown(ring, brain, 0.8, 0.4, 0).filled(brain), ring.length));
  }

  /** Half a ring at the edge of the brain, closed by it, or open beside it. */
  @Test
  void withTheEdgeOfTheBrainALesionEnclosesToo() {
    int size = 40;
    byte[] brain = new byte[size * size];
    float[] bow = new float[size * size];
    float[] shorter = new float[size * size];
    for (int p = 0; p < bow.length; p++) {
      int i = p % size;
      int j = p / size;
      brain[p] = (byte) (i >= 5 && i < 35 && j >= 5 && j < 35 ? 1 : 0);
      boolean on = Math.max(Math.abs(i - 5), Math.abs(j - 20)) == 6 && i >= 5;
      bow[p] = on ? 0.9f : 0;
      shorter[p] = on && i > 5 ? 0.9f : 0;
    }
    Gate closed = Gate.grown(bow, brain, 0.8, 0.4, 0).filled(brain);
    assertEquals(7 * 13, count(closed, bow.length));
    Gate open = Gate.grown(shorter, brain, 0.8, 0.4, 0);
    assertEquals(count(open, bow.length), count(open.filled(brain), bow.length));
  }

  private static long count(Gate gate, int pixels) {
    return IntStream.range(0, pixels).filter(gate::has).count();
  }

  @Test
  void randomGatesAreThoseOfAPlainTwin() {
    Random random = new Random(5);
    for (int round = 0; round < 200; round++) {
      float[] map = new float[SIZE * SIZE];
      byte[] brain = new byte[SIZE * SIZE];
      for (int p = 0; p < map.length; p++) {
        map[p] = random.nextFloat();
        brain[p] = (byte) (random.nextInt(8) == 0 ? 0 : 1);
      }
      int margin = random.nextInt(3);
      assertArrayEquals(
          twin(map, brain, 0.95, 0.6, margin), Gate.grown(map, brain, 0.95, 0.6, margin).inside());
    }
  }

  /** Repeats until nothing changes any more. */
  private static byte[] twin(float[] map, byte[] brain, double seed, double reach, int margin) {
    boolean[] in = new boolean[map.length];
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int p = 0; p < map.length; p++) {
        boolean touches = map[p] > seed;
        for (int q = 0; q < map.length; q++) {
          touches |=
              in[q]
                  && Math.abs(p / SIZE - q / SIZE) <= 1
                  && Math.abs(p % SIZE - q % SIZE) <= 1
                  && map[p] > reach;
        }
        if (touches && brain[p] != 0 && !in[p]) {
          in[p] = true;
          changed = true;
        }
      }
    }
    byte[] wide = new byte[map.length];
    for (int p = 0; p < map.length; p++) {
      for (int q = 0; q < map.length; q++) {
        if (in[q]
            && brain[p] != 0
            && Math.hypot(p / SIZE - q / SIZE, p % SIZE - q % SIZE) <= margin) {
          wide[p] = 1;
        }
      }
    }
    return wide;
  }
}
