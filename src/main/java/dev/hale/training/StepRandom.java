package dev.hale.training;

import java.util.SplittableRandom;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Random numbers that follow from a seed and a place (such as a step) alone, so that a resumed
 * training needs no generator's state. Tensors are drawn on the CPU: the same on every device.
 */
final class StepRandom {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private StepRandom() {}

  /** What the numbers are for; two purposes never share theirs. */
  enum Purpose {
    INITIALISATION(101),
    TIMESTEPS(102),
    NOISE(103),
    LABELS(104),
    DROPOUT(105),
    VALIDATION(106),
    SAMPLES(107),
    ATTRIBUTION(108);

    private final long number;

    Purpose(long number) {
      this.number = number;
    }
  }

  /** A seed for this purpose and place. */
  static long seed(long seed, Purpose purpose, long... place) {
    long state = mix(seed + GOLDEN * purpose.number);
    for (long coordinate : place) {
      state = mix(state + GOLDEN * (coordinate + 1));
    }
    return state;
  }

  /** A generator for this purpose and place. */
  static SplittableRandom of(long seed, Purpose purpose, long... place) {
    return new SplittableRandom(seed(seed, purpose, place));
  }

  /** Standard normal float32 numbers of that shape. */
  static Tensor normal(long seed, long... shape) {
    return torch.randn(shape, new GeneratorOptional(torch.createCPUGenerator(seed)));
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014, variant 13 of Stafford). */
  private static long mix(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
