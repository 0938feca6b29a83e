package dev.hale.data.prepared;

import dev.hale.scan.DataException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Counts slices and subjects by split, and refuses a subject in two splits. */
final class SplitCounts {
  private final Map<String, Split> splits = new HashMap<>();
  private final Map<Split, int[]> counts = new EnumMap<>(Split.class);

  void add(PreparedSlice slice) {
    Split before = splits.putIfAbsent(slice.subject(), slice.split());
    if (before != null && before != slice.split()) {
      throw new DataException(
          "subject %s is in two splits, %s and %s; a subject's slices belong into one"
              .formatted(slice.subject(), before, slice.split()));
    }
    int[] count = counts.computeIfAbsent(slice.split(), split -> new int[3]);
    count[slice.label()]++;
    count[2] += before == null ? 1 : 0;
  }

  int subjects(Split split) {
    return counts.getOrDefault(split, new int[3])[2];
  }

  int slices(Split split, int label) {
    return counts.getOrDefault(split, new int[3])[label];
  }
}
