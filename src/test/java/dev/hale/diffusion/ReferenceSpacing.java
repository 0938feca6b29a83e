package dev.hale.diffusion;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Which training steps the reference implementations visit, as they write it. */
final class ReferenceSpacing {
  private ReferenceSpacing() {}

  /**
   * Empty for all steps, {@code ddimN} for a fixed stride that gives N, {@code N} or {@code a,b,c}
   * for so many in each equal section.
   *
   * @return strictly increasing steps in 0 … T-1
   */
  static int[] parse(String spacing, int trainingSteps) {
    if (spacing.isEmpty()) {
      return IntStream.range(0, trainingSteps).toArray();
    }
    if (spacing.startsWith("ddim")) {
      return strided(Integer.parseInt(spacing.substring(4)), trainingSteps);
    }
    int[] counts =
        Arrays.stream(spacing.split(",", -1))
            .map(String::trim)
            .mapToInt(Integer::parseInt)
            .toArray();
    return sections(counts, trainingSteps);
  }

  private static int[] strided(int count, int trainingSteps) {
    for (int stride = 1; stride < trainingSteps; stride++) {
      if ((trainingSteps + stride - 1) / stride == count) {
        int every = stride;
        return IntStream.range(0, count).map(i -> i * every).toArray();
      }
    }
    throw new IllegalArgumentException(
        "no integer stride visits exactly %d of %d steps".formatted(count, trainingSteps));
  }

  private static int[] sections(int[] counts, int trainingSteps) {
    IntStream.Builder steps = IntStream.builder();
    int start = 0;
    for (int section = 0; section < counts.length; section++) {
      int size = trainingSteps / counts.length + (section < trainingSteps % counts.length ? 1 : 0);
      TimestepSpacing.check(counts[section], size);
      double stride = counts[section] == 1 ? 1 : (size - 1.0) / (counts[section] - 1);
      double current = 0;
      for (int i = 0; i < counts[section]; i++) {
        steps.add(start + (int) Math.rint(current)); // half to even, as Python rounds
        current += stride;
      }
      start += size;
    }
    return steps.build().toArray();
  }
}
