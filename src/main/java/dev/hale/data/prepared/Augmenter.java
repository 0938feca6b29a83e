package dev.hale.data.prepared;

import dev.hale.scan.Preprocessing;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Varies one image, its masks with it, by what {@link Augmentation} says and a generator draws. */
final class Augmenter {
  private final Augmentation strength;
  private final int channels;
  private final int[] optional; // places of the channels that a scan may lack
  private final int targets;
  private final int size;

  /** Of such images, of whose channels the last are targets: they move, but keep their values. */
  Augmenter(Augmentation strength, Preprocessing images, int targets) {
    this.strength = strength;
    this.targets = targets;
    channels = images.channels().size();
    optional =
        images.optionalChannels().stream().mapToInt(images.channels()::indexOf).sorted().toArray();
    size = images.imageSize();
  }

  /** The masks of a varied image; lesion is null where there was none. */
  record Masks(byte[] brain, byte[] lesion) {}

  /**
   * Varies an image in place.
   *
   * @param image {@code [(c * S + j) * S + i]} from the offset on, in [-1, 1], background -1
   * @param offset of its first value
   * @param brain {@code [j * S + i]}, 0 or 1
   * @param lesion the same, or null
   * @param random spent by this
   * @return the masks moved like the image; the given ones where it stays
   */
  Masks apply(float[] image, int offset, byte[] brain, byte[] lesion, SplittableRandom random) {
    return apply(image, offset, brain, lesion, random, 0);
  }

  /**
   * As {@link #apply(float[], int, byte[], byte[], SplittableRandom)}, of a slice that lies so many
   * above another, or below, which is varied by an equal generator: geometry, intensities and
   * absent channels are that one's, noise is its own.
   */
  Masks apply(
      float[] image, int offset, byte[] brain, byte[] lesion, SplittableRandom random, int above) {
    SplittableRandom forGeometry = random.split();
    SplittableRandom forGamma = random.split();
    SplittableRandom forBias = random.split();
    SplittableRandom forNoise = random.split();
    if (above != 0) {
      forNoise = new SplittableRandom(forNoise.nextLong() + above);
    }
    drop(image, offset, random.split());
    Masks masks = new Masks(brain, lesion);
    if (!strength.stays()) {
      PixelMap map = PixelMap.draw(strength, size, forGeometry);
      masks = new Masks(map.mask(brain), lesion == null ? null : map.mask(lesion));
      map.image(image, offset, channels, brain, masks.brain(), Preprocessing.BACKGROUND);
    }
    if (!strength.keepsIntensities()) {
      for (int c = 0; c < channels - targets; c++) {
        double exponent = Math.exp(Draws.within(forGamma, strength.gamma()));
        BiasField field = new BiasField(size, forBias.split());
        SplittableRandom noise = forNoise.split();
        if (isThere(image, offset, c)) {
          vary(image, offset + c * size * size, masks.brain(), exponent, field, noise);
        }
      }
    }
    return masks;
  }

  /** Makes some channels absent, all that there are but for one at most. */
  private void drop(float[] image, int offset, SplittableRandom random) {
    if (strength.dropChannels() == 0) {
      return;
    }
    int there =
        (int) IntStream.range(0, channels - targets).filter(c -> isThere(image, offset, c)).count();
    for (int c : optional) {
      boolean drawn = random.nextDouble() < strength.dropChannels();
      if (drawn && there > 1 && isThere(image, offset, c)) {
        int from = offset + c * size * size;
        Arrays.fill(image, from, from + size * size, Preprocessing.BACKGROUND);
        there--;
      }
    }
  }

  /** Whether a channel shows anything; one that a scan lacks is background all over. */
  private boolean isThere(float[] image, int offset, int channel) {
    for (int p = 0; p < size * size; p++) {
      if (image[offset + channel * size * size + p] != Preprocessing.BACKGROUND) {
        return true;
      }
    }
    return false;
  }

  private void vary(
      float[] image,
      int offset,
      byte[] brain,
      double exponent,
      BiasField field,
      SplittableRandom random) {
    double[] pair = new double[2];
    int drawn = 0;
    for (int p = 0; p < brain.length; p++) {
      if (brain[p] == 0) {
        continue;
      }
      double unit = (image[offset + p] + 1) / 2.0;
      if (strength.gamma() > 0) {
        unit = Math.pow(unit, exponent);
      }
      if (strength.bias() > 0) {
        unit *= Math.exp(strength.bias() * field.at(p % size, p / size));
      }
      double value = 2 * unit - 1;
      if (strength.noise() > 0) {
        if (drawn % 2 == 0) {
          Draws.normalPair(random, pair);
        }
        value += strength.noise() * pair[drawn++ % 2];
      }
      image[offset + p] = (float) Math.min(1, Math.max(-1, value));
    }
  }
}
