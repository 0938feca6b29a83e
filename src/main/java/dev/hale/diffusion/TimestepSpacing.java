package dev.hale.diffusion;

import java.util.stream.IntStream;

/** Which of the T training steps a shorter chain visits. */
public final class TimestepSpacing {
  private TimestepSpacing() {}

  /** τ_i = ⌊c·i⌋ with c such that the last step is T-1 (DDIM, appendix D.2). */
  public static int[] linear(int count, int trainingSteps) {
    check(count, trainingSteps);
    double c = count == 1 ? 0 : (trainingSteps - 1.0) / (count - 1);
    return IntStream.range(0, count).map(i -> (int) Math.floor(c * i + 1e-9)).toArray();
  }

  /**
   * {@code count} steps spread evenly over 0 … noiseLevel-1, the last being noiseLevel-1: a chain
   * that goes up to a noise level and no further.
   */
  public static int[] upTo(int noiseLevel, int count) {
    check(count, noiseLevel);
    return IntStream.range(0, count).map(i -> (int) ((i + 1L) * noiseLevel / count) - 1).toArray();
  }

  static void check(int count, int available) {
    if (count < 1 || count > available) {
      throw new IllegalArgumentException(
          "cannot take %d steps out of %d".formatted(count, available));
    }
  }
}
