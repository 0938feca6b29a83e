package dev.hale.evaluation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Detection counted in lesions, not voxels, so that a large lesion cannot hide ten small missed
 * ones. Lesions are the {@linkplain ConnectedComponents components} of each mask; a predicted and a
 * true one may be matched when their intersection over union exceeds a minimum, each at most once,
 * and as many are matched as can be (a maximum matching, so the count depends on no order).
 *
 * @param matched pairs of a true and a predicted lesion
 * @param missed true lesions without a partner
 * @param spurious predicted lesions without a partner
 */
public record LesionMatch(int matched, int missed, int spurious) {
  /** Intersection over union that a pair must exceed. */
  public static final double MINIMUM_IOU = 0.1;

  /**
   * Matches lesions with an intersection over union greater than {@link #MINIMUM_IOU}.
   *
   * @param prediction mask, {@code [k][j][i]}
   * @param truth mask, {@code [k][j][i]}
   * @param region {@code [k][j][i]}, or null; both masks are cut to it first
   * @throws IllegalArgumentException where lengths and grid do not fit
   */
  public static LesionMatch of(
      byte[] prediction, byte[] truth, byte[] region, int nx, int ny, int nz) {
    return of(prediction, truth, region, nx, ny, nz, MINIMUM_IOU);
  }

  /**
   * As {@link #of(byte[], byte[], byte[], int, int, int)} with another minimum.
   *
   * @param minimumIou in [0, 1); a pair must exceed it, so 0 asks for one common voxel
   */
  public static LesionMatch of(
      byte[] prediction, byte[] truth, byte[] region, int nx, int ny, int nz, double minimumIou) {
    if (!(minimumIou >= 0 && minimumIou < 1)) {
      throw new IllegalArgumentException(
          "minimum IoU is %s, must be in [0, 1)".formatted(minimumIou));
    }
    ConnectedComponents real = ConnectedComponents.of(Voxels.cut(truth, region), nx, ny, nz);
    ConnectedComponents found = ConnectedComponents.of(Voxels.cut(prediction, region), nx, ny, nz);
    int matched = maximumMatching(partners(real, found, minimumIou), found.count());
    return new LesionMatch(matched, real.count() - matched, found.count() - matched);
  }

  /** The counts of both, as of one larger image. */
  public LesionMatch plus(LesionMatch other) {
    return new LesionMatch(
        matched + other.matched, missed + other.missed, spurious + other.spurious);
  }

  /** 2 matched / (2 matched + missed + spurious) in [0, 1]; 1 where neither mask has a lesion. */
  public double f1() {
    int lesions = 2 * matched + missed + spurious;
    return lesions == 0 ? 1 : 2.0 * matched / lesions;
  }

  /** Share of predicted lesions that are real; NaN where none is predicted. */
  public double precision() {
    return (double) matched / (matched + spurious);
  }

  /** Share of real lesions that are found; NaN where there are none. */
  public double recall() {
    return (double) matched / (matched + missed);
  }

  /** For each true lesion the predicted ones that it may be matched with, numbered from 0. */
  private static List<List<Integer>> partners(
      ConnectedComponents real, ConnectedComponents found, double minimumIou) {
    Map<Long, Integer> common = new HashMap<>();
    for (int v = 0; v < real.labels().length; v++) {
      if (real.labels()[v] != 0 && found.labels()[v] != 0) {
        long pair = ((long) (real.labels()[v] - 1) << 32) | (found.labels()[v] - 1);
        common.merge(pair, 1, Integer::sum);
      }
    }
    List<List<Integer>> partners = new ArrayList<>();
    for (int lesion = 0; lesion < real.count(); lesion++) {
      partners.add(new ArrayList<>());
    }
    common.forEach(
        (pair, intersection) -> {
          int lesion = (int) (pair >> 32);
          int candidate = pair.intValue();
          int union = real.sizes()[lesion] + found.sizes()[candidate] - intersection;
          if ((double) intersection / union > minimumIou) {
            partners.get(lesion).add(candidate);
          }
        });
    return partners;
  }

  /** Grows the matching along alternating paths, breadth first (Kuhn 1955; Berge 1957). */
  private static int maximumMatching(List<List<Integer>> partners, int candidates) {
    int[] lesionOf = filled(candidates, -1);
    int[] candidateOf = filled(partners.size(), -1);
    int matched = 0;
    for (int start = 0; start < partners.size(); start++) {
      int[] reachedFrom = filled(candidates, -1);
      ArrayDeque<Integer> queue = new ArrayDeque<>(List.of(start));
      int free = -1;
      while (free < 0 && !queue.isEmpty()) {
        int lesion = queue.remove();
        for (int candidate : partners.get(lesion)) {
          if (reachedFrom[candidate] < 0) {
            reachedFrom[candidate] = lesion;
            if (lesionOf[candidate] < 0) {
              free = candidate;
              break;
            }
            queue.add(lesionOf[candidate]);
          }
        }
      }
      if (free >= 0) {
        matched++;
      }
      while (free >= 0) {
        int lesion = reachedFrom[free];
        int next = candidateOf[lesion];
        lesionOf[free] = lesion;
        candidateOf[lesion] = free;
        free = next;
      }
    }
    return matched;
  }

  private static int[] filled(int length, int value) {
    int[] array = new int[length];
    Arrays.fill(array, value);
    return array;
  }
}
