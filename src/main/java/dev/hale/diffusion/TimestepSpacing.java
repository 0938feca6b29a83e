package dev.hale.diffusion;

import java.util.stream.IntStream;

/** Which of the T training steps a shorter chain visits. */
public final class TimestepSpacing {
  private TimestepSpacing() {}

  /**
   * Reads a spacing as the reference writes it: empty for all steps, {@code "ddimN"} for a fixed
   * stride that gives N, {@code "N"} or {@code "a,b,c"} for so many in each equal section; and,
   * from the DDIM paper, {@code "linear:N"} (τ_i = ⌊c·i⌋) and {@code "quadratic:N"} (τ_i = ⌊c·i²⌋).
   *
   * @return strictly increasing steps in 0 … T-1
   */
  public static int[] parse(String spacing, int trainingSteps) {
    if (spacing.isEmpty()) {
      return IntStream.range(0, trainingSteps).toArray();
    }
    try {
      if (spacing.startsWith("ddim")) {
        return strided(Integer.parseInt(spacing.substring(4)), trainingSteps);
      }
      if (spacing.startsWith("linear:")) {
        return linear(Integer.parseInt(spacing.substring(7)), trainingSteps);
      }
      if (spacing.startsWith("quadratic:")) {
        return quadratic(Integer.parseInt(spacing.substring(10)), trainingSteps);
      }
      int[] counts =
          IntStream.range(0, spacing.split(",", -1).length)
              .map(i -> Integer.parseInt(spacing.split(",", -1)[i].trim()))
              .toArray();
      return sections(counts, trainingSteps);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "cannot read the timestep spacing '%s': use N, a,b,c, ddimN, linear:N or quadratic:N"
              .formatted(spacing),
          e);
    }
  }

  /** τ_i = ⌊c·i⌋ with c such that the last step is T-1 (DDIM, appendix D.2). */
  public static int[] linear(int count, int trainingSteps) {
    check(count, trainingSteps);
    double c = count == 1 ? 0 : (trainingSteps - 1.0) / (count - 1);
    return IntStream.range(0, count).map(i -> (int) Math.floor(c * i + 1e-9)).toArray();
  }

  /**
   * τ_i = ⌊c·i²⌋ with c such that the last step is T-1 (DDIM, appendix D.2); where two coincide the
   * later one moves up.
   */
  public static int[] quadratic(int count, int trainingSteps) {
    check(count, trainingSteps);
    double c = count == 1 ? 0 : (trainingSteps - 1.0) / ((count - 1.0) * (count - 1.0));
    int[] steps = new int[count];
    for (int i = 0; i < count; i++) {
      int step = (int) Math.floor(c * i * i + 1e-9);
      steps[i] = i == 0 ? step : Math.max(step, steps[i - 1] + 1);
    }
    return steps;
  }

  /**
   * {@code count} steps spread evenly over 0 … noiseLevel-1, the last being noiseLevel-1: a chain
   * that goes up to a noise level and no further.
   */
  public static int[] upTo(int noiseLevel, int count) {
    check(count, noiseLevel);
    return IntStream.range(0, count).map(i -> (int) ((i + 1L) * noiseLevel / count) - 1).toArray();
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
      check(counts[section], size);
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

  private static void check(int count, int available) {
    if (count < 1 || count > available) {
      throw new IllegalArgumentException(
          "cannot take %d steps out of %d".formatted(count, available));
    }
  }
}
