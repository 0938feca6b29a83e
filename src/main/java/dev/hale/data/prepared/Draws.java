package dev.hale.data.prepared;

import java.util.SplittableRandom;

/**
 * Random numbers that follow from a seed and a place alone: what is drawn for one place does not
 * depend on what was drawn for others before.
 */
final class Draws {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private Draws() {}

  /** What the numbers are for; two purposes never share theirs. */
  enum Purpose {
    EPOCH_ORDER(1),
    BALANCED_BATCH(2),
    AUGMENTATION(3),
    SHOWN_SLICES(4);

    private final long number;

    Purpose(long number) {
      this.number = number;
    }
  }

  /** A generator for this purpose and place. */
  static SplittableRandom of(long seed, Purpose purpose, long... place) {
    long state = mix(seed + GOLDEN * purpose.number);
    for (long coordinate : place) {
      state = mix(state + GOLDEN * (coordinate + 1));
    }
    return new SplittableRandom(state);
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014, variant 13 of Stafford). */
  private static long mix(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Two independent standard normal numbers (Box and Muller 1958). */
  static void normalPair(SplittableRandom random, double[] into) {
    double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
    double angle = 2 * Math.PI * random.nextDouble();
    into[0] = radius * Math.cos(angle);
    into[1] = radius * Math.sin(angle);
  }

  /** Uniform in [-limit, limit). */
  static double within(SplittableRandom random, double limit) {
    return limit * (2 * random.nextDouble() - 1);
  }
}
