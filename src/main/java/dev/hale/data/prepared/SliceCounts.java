package dev.hale.data.prepared;

import java.util.Collection;

/**
 * How many slices there are.
 *
 * @param subjects they are of
 * @param slices in all
 * @param healthy labelled so
 * @param diseased labelled so
 * @param masked that have a lesion mask, be it empty
 */
public record SliceCounts(int subjects, int slices, int healthy, int diseased, int masked) {
  /** Counts these. */
  public static SliceCounts of(Collection<PreparedSlice> slices) {
    int diseased = (int) slices.stream().filter(PreparedSlice::diseased).count();
    return new SliceCounts(
        (int) slices.stream().map(PreparedSlice::subject).distinct().count(),
        slices.size(),
        slices.size() - diseased,
        diseased,
        (int) slices.stream().filter(slice -> slice.lesionVoxels().isPresent()).count());
  }
}
