package dev.hale.evaluation;

import java.util.Arrays;

/**
 * How many diseased and healthy voxels have which score, so finely that curves drawn from it look
 * like those of all voxels, and so small that it can be kept for every image and added up. A cell
 * holds the scores whose first 16 bits as a float agree: 1/128 of a score's own size or less.
 *
 * @param cells ascending with the score; only those that hold a voxel
 * @param positives diseased voxels of each cell
 * @param negatives healthy voxels of each cell
 */
public record ScoreHistogram(int[] cells, long[] positives, long[] negatives) {
  private static final int KEPT_BITS = 16;

  /** No voxel at all. */
  public static final ScoreHistogram EMPTY =
      new ScoreHistogram(new int[0], new long[0], new long[0]);

  public ScoreHistogram {
    Voxels.sameLength("positives", positives.length, "cells", cells.length);
    Voxels.sameLength("negatives", negatives.length, "cells", cells.length);
  }

  /**
   * Counts the voxels of a region.
   *
   * @param map finite, {@code [n]}
   * @param truth mask, {@code [n]}
   * @param region {@code [n]}, or null for all voxels
   * @throws IllegalArgumentException where lengths differ or a value is not finite
   */
  public static ScoreHistogram of(float[] map, byte[] truth, byte[] region) {
    RankedScores ranked = RankedScores.of(map, truth, region);
    int[] cells = new int[ranked.groups()];
    long[] positives = new long[cells.length];
    long[] negatives = new long[cells.length];
    int last = -1;
    for (int group = ranked.groups() - 1; group >= 0; group--) {
      int cell = RankedScores.orderedBits(ranked.value(group)) >> KEPT_BITS;
      if (last < 0 || cells[last] != cell) {
        cells[++last] = cell;
      }
      positives[last] += ranked.positives(group);
      negatives[last] += ranked.negatives(group);
    }
    return new ScoreHistogram(
        Arrays.copyOf(cells, last + 1),
        Arrays.copyOf(positives, last + 1),
        Arrays.copyOf(negatives, last + 1));
  }

  /** The voxels of both, as of one larger image. */
  public ScoreHistogram plus(ScoreHistogram other) {
    int[] merged = new int[cells.length + other.cells.length];
    long[] sick = new long[merged.length];
    long[] well = new long[merged.length];
    int next = 0;
    int a = 0;
    int b = 0;
    while (a < cells.length || b < other.cells.length) {
      boolean mine = b == other.cells.length || (a < cells.length && cells[a] <= other.cells[b]);
      boolean others = a == cells.length || (b < other.cells.length && other.cells[b] <= cells[a]);
      merged[next] = mine ? cells[a] : other.cells[b];
      if (mine) {
        sick[next] += positives[a];
        well[next] += negatives[a++];
      }
      if (others) {
        sick[next] += other.positives[b];
        well[next] += other.negatives[b++];
      }
      next++;
    }
    return new ScoreHistogram(
        Arrays.copyOf(merged, next), Arrays.copyOf(sick, next), Arrays.copyOf(well, next));
  }

  /**
   * The ROC curve: recall over false-positive rate, from (0, 0) to (1, 1).
   *
   * @param points that are kept at most, at least 2
   * @return empty where there are no positives or no negatives
   */
  public Curve roc(int points) {
    double sick = Arrays.stream(positives).sum();
    double well = Arrays.stream(negatives).sum();
    if (sick == 0 || well == 0) {
      return Curve.EMPTY;
    }
    double[] x = new double[cells.length + 1];
    double[] y = new double[cells.length + 1];
    long found = 0;
    long alarms = 0;
    for (int i = 1; i < x.length; i++) {
      found += positives[cells.length - i];
      alarms += negatives[cells.length - i];
      x[i] = alarms / well;
      y[i] = found / sick;
    }
    return new Curve(x, y).thinned(points);
  }

  /**
   * The precision-recall curve: precision over recall, from the highest scores down.
   *
   * @param points that are kept at most, at least 2
   * @return empty where there are no positives
   */
  public Curve precisionRecall(int points) {
    double sick = Arrays.stream(positives).sum();
    if (sick == 0) {
      return Curve.EMPTY;
    }
    double[] x = new double[cells.length];
    double[] y = new double[cells.length];
    long found = 0;
    long marked = 0;
    for (int i = 0; i < x.length; i++) {
      int cell = cells.length - 1 - i;
      found += positives[cell];
      marked += positives[cell] + negatives[cell];
      x[i] = found / sick;
      y[i] = (double) found / marked;
    }
    return new Curve(x, y).thinned(points);
  }
}
