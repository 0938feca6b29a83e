package dev.hale.diffusion;

import java.util.ArrayList;
import java.util.List;

/**
 * A forward process on a subset of its training steps: level i = 0 … S-1 has ᾱ of training step
 * {@code timestep(i)}; level -1 is the clean image (ᾱ = 1).
 */
public final class DiffusionChain {
  private final int[] timesteps;
  private final double[] alphasCumprod;

  /** The chain of {@code schedule} that visits these strictly increasing training steps. */
  public DiffusionChain(NoiseSchedule schedule, int[] timesteps) {
    double[] all = schedule.alphasCumprod();
    this.timesteps = timesteps.clone();
    this.alphasCumprod = new double[timesteps.length];
    for (int i = 0; i < timesteps.length; i++) {
      if (timesteps[i] < 0 || timesteps[i] >= all.length) {
        throw new IllegalArgumentException(
            "timestep %d outside 0 … %d".formatted(timesteps[i], all.length - 1));
      }
      if (i > 0 && timesteps[i] <= timesteps[i - 1]) {
        throw new IllegalArgumentException("timesteps must increase strictly");
      }
      alphasCumprod[i] = all[timesteps[i]];
    }
  }

  /** Number of levels S. */
  public int length() {
    return timesteps.length;
  }

  /** The training step of a level; of the clean image, that of level 0. */
  public int timestep(int level) {
    return timesteps[Math.max(0, level)];
  }

  /** ᾱ of a level: 1 for level -1, 0 beyond the last (as the reference has it). */
  public double alphaCumprod(int level) {
    if (level < 0) {
      return 1;
    }
    return level < alphasCumprod.length ? alphasCumprod[level] : 0;
  }

  /** β of a level within this chain: 1 - ᾱ_i / ᾱ_{i-1}. */
  public double beta(int level) {
    return 1 - alphaCumprod(level) / alphaCumprod(level - 1);
  }

  /** Variance of q(x_{i-1} | x_i, x_0): β_i (1 - ᾱ_{i-1}) / (1 - ᾱ_i). */
  public double posteriorVariance(int level) {
    return beta(level) * (1 - alphaCumprod(level - 1)) / (1 - alphaCumprod(level));
  }

  /** Its logarithm; at level 0, where it is 0, that of level 1 (or, in a chain of one, of β). */
  public double posteriorLogVariance(int level) {
    if (length() == 1) {
      return Math.log(beta(0));
    }
    return Math.log(posteriorVariance(Math.max(1, level)));
  }

  /** Steps from the clean image up to level {@code levels - 1}: the aligned encoding. */
  public List<ChainStep> encoding(int levels) {
    checkLevels(levels);
    return walk(-1, 1, levels);
  }

  /** Steps from level {@code levels - 1} down to the clean image: the aligned decoding. */
  public List<ChainStep> decoding(int levels) {
    checkLevels(levels);
    return walk(levels - 1, -1, levels);
  }

  /**
   * Encoding as the code of Wolleb et al. 2022 runs it: levels 1 … noiseLevel-1, each step from ᾱ_i
   * to ᾱ_{i+1}.
   */
  public List<ChainStep> wolleb2022Encoding(int noiseLevel) {
    checkLevels(noiseLevel);
    return walk(1, 1, noiseLevel - 1);
  }

  /** Decoding as the code of Wolleb et al. 2022 runs it: levels noiseLevel-2 … 0. */
  public List<ChainStep> wolleb2022Decoding(int noiseLevel) {
    checkLevels(noiseLevel);
    return walk(noiseLevel - 2, -1, noiseLevel - 1);
  }

  /** Steps that start from level {@code first} and go one level in {@code direction} each. */
  private List<ChainStep> walk(int first, int direction, int length) {
    List<ChainStep> steps = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      int level = first + direction * i;
      steps.add(
          new ChainStep(
              timestep(level),
              alphaCumprod(Math.max(0, level)),
              alphaCumprod(level),
              alphaCumprod(level + direction),
              direction < 0 ? posteriorLogVariance(level) : Double.NaN,
              i,
              length));
    }
    return steps;
  }

  private void checkLevels(int levels) {
    if (levels < 1 || levels > length()) {
      throw new IllegalArgumentException(
          "noise level %d outside 1 … %d of this chain".formatted(levels, length()));
    }
  }
}
