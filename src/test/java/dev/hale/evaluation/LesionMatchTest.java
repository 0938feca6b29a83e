package dev.hale.evaluation;

import static dev.hale.evaluation.Samples.mask;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LesionMatchTest {
  @Test
  void cornersJoinVoxelsAlsoAcrossSlices() {
    byte[] mask = mask("#... .... ....  .... .#.. ....  .... .... ..#.");
    assertArrayEquals(new int[] {3}, ConnectedComponents.of(mask, 4, 3, 3).sizes());
  }

  @Test
  void rowsDoNotWrapAround() {
    ConnectedComponents components = ConnectedComponents.of(mask("...# #... ...#"), 4, 3, 1);
    assertArrayEquals(new int[] {1, 1, 1}, components.sizes());
    assertArrayEquals(new int[] {0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 3}, components.labels());
  }

  @Test
  void specksAreTakenAway() {
    ConnectedComponents components = ConnectedComponents.of(mask("##.#.###"), 8, 1, 1);
    assertArrayEquals(mask("##...###"), components.atLeast(2));
    assertArrayEquals(mask(".....###"), components.atLeast(3));
  }

  @Test
  void aMaskThatDoesNotFitTheGridIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> ConnectedComponents.of(new byte[7], 2, 2, 2));
  }

  @Property(tries = 150)
  void componentsAreThoseOfRepeatedSpreading(@ForAll long seed, @ForAll @IntRange(max = 6) int z) {
    int nx = 5;
    int ny = 4;
    int nz = 1 + z;
    byte[] mask = Samples.random(seed, nx * ny * nz, 4, 0.2).truth();
    assertArrayEquals(spread(mask, nx, ny), ConnectedComponents.of(mask, nx, ny, nz).labels());
  }

  @Test
  void lesionsByHand() {
    byte[] truth = mask("####......#..##");
    byte[] found = mask("..##.##...#....");
    LesionMatch match = LesionMatch.of(found, truth, null, 15, 1, 1);
    assertEquals(new LesionMatch(2, 1, 1), match);
    assertEquals(4.0 / 6, match.f1(), 1e-15);
    assertEquals(2.0 / 3, match.precision(), 1e-15);
    assertEquals(2.0 / 3, match.recall(), 1e-15);
    LesionMatch first = LesionMatch.of(found, truth, mask("#####.........."), 15, 1, 1);
    LesionMatch rest = LesionMatch.of(found, truth, mask(".....##########"), 15, 1, 1);
    assertEquals(new LesionMatch(1, 0, 0), first);
    assertEquals(match, first.plus(rest));
  }

  @Test
  void theMinimumIouMustBeExceeded() {
    byte[] truth = mask("##########");
    byte[] found = mask("#.........");
    assertEquals(new LesionMatch(0, 1, 1), LesionMatch.of(found, truth, null, 10, 1, 1));
    assertEquals(new LesionMatch(1, 0, 0), LesionMatch.of(found, truth, null, 10, 1, 1, 0.09));
  }

  @Test
  void aLesionInPiecesCountsOnce() {
    LesionMatch match = LesionMatch.of(mask("##.##.##"), mask("########"), null, 8, 1, 1);
    assertEquals(new LesionMatch(1, 0, 2), match);
  }

  @Test
  void asManyPairsAreMatchedAsCanBe() {
    // The left lesion may take either piece, the right one only the right piece.
    byte[] truth = mask("####.####");
    byte[] found = mask("#.#####..");
    assertEquals(new LesionMatch(2, 0, 0), LesionMatch.of(found, truth, null, 9, 1, 1));
  }

  @Test
  void noLesionsAndNonePredictedIsPerfect() {
    LesionMatch match = LesionMatch.of(new byte[4], new byte[4], null, 4, 1, 1);
    assertEquals(1, match.f1());
    assertTrue(Double.isNaN(match.precision()));
    assertTrue(Double.isNaN(match.recall()));
  }

  @Property(tries = 200)
  void matchingIsMaximumAndSymmetric(@ForAll long seed) {
    byte[] truth = Samples.random(seed, 80, 4, 0.5).truth();
    byte[] found = Samples.random(seed + 1, 80, 4, 0.5).truth();
    LesionMatch match = LesionMatch.of(found, truth, null, 80, 1, 1);
    LesionMatch mirrored = LesionMatch.of(truth, found, null, 80, 1, 1);
    assertEquals(match.matched(), mirrored.matched());
    assertEquals(match.missed(), mirrored.spurious());
    int[] real = ConnectedComponents.of(truth, 80, 1, 1).labels();
    int[] guess = ConnectedComponents.of(found, 80, 1, 1).labels();
    int reals = Arrays.stream(real).max().orElse(0);
    int guesses = Arrays.stream(guess).max().orElse(0);
    boolean[][] allowed = new boolean[reals][guesses];
    for (int r = 1; r <= reals; r++) {
      for (int g = 1; g <= guesses; g++) {
        int both = 0;
        int either = 0;
        for (int v = 0; v < 80; v++) {
          both += real[v] == r && guess[v] == g ? 1 : 0;
          either += real[v] == r || guess[v] == g ? 1 : 0;
        }
        allowed[r - 1][g - 1] = (double) both / either > LesionMatch.MINIMUM_IOU;
      }
    }
    assertEquals(mostPairs(allowed, 0, 0), match.matched());
    assertEquals(reals, match.matched() + match.missed());
    assertEquals(guesses, match.matched() + match.spurious());
  }

  /**
   * The most pairs by trying everything. Intervals on a line overlap in order, so row r need only
   * look past the columns already passed.
   */
  private static int mostPairs(boolean[][] allowed, int row, int column) {
    if (row == allowed.length) {
      return 0;
    }
    int most = mostPairs(allowed, row + 1, column);
    for (int c = column; c < allowed[row].length; c++) {
      if (allowed[row][c]) {
        most = Math.max(most, 1 + mostPairs(allowed, row + 1, c + 1));
      }
    }
    return most;
  }

  /** Every voxel takes the least label around it until nothing changes; then numbered anew. */
  private static int[] spread(byte[] mask, int nx, int ny) {
    int[] labels = new int[mask.length];
    for (int v = 0; v < mask.length; v++) {
      labels[v] = mask[v] != 0 ? v + 1 : 0;
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int a = 0; a < mask.length; a++) {
        for (int b = 0; b < mask.length; b++) {
          boolean near =
              Math.abs(a % nx - b % nx) <= 1
                  && Math.abs(a / nx % ny - b / nx % ny) <= 1
                  && Math.abs(a / (nx * ny) - b / (nx * ny)) <= 1;
          if (near && labels[a] != 0 && labels[b] != 0 && labels[b] < labels[a]) {
            labels[a] = labels[b];
            changed = true;
          }
        }
      }
    }
    int[] distinct =
        Arrays.stream(labels).filter(label -> label != 0).distinct().sorted().toArray();
    return Arrays.stream(labels)
        .map(label -> label == 0 ? 0 : Arrays.binarySearch(distinct, label) + 1)
        .toArray();
  }
}
