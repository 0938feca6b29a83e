package dev.hale.io;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.SplittableRandom;

/** What happens to files on their way. */
public enum Damage {
  TRUNCATED {
    @Override
    public Mutant of(byte[] sound, SplittableRandom random) {
      int at = random.nextInt(sound.length);
      return new Mutant(Arrays.copyOf(sound, at), at, sound.length);
    }
  },
  BIT_FLIPPED {
    @Override
    public Mutant of(byte[] sound, SplittableRandom random) {
      int at = random.nextInt(sound.length);
      byte[] bytes = sound.clone();
      bytes[at] ^= (byte) (1 << random.nextInt(8));
      return new Mutant(bytes, at, at + 1);
    }
  },
  BYTE_INSERTED {
    @Override
    public Mutant of(byte[] sound, SplittableRandom random) {
      int at = random.nextInt(sound.length + 1);
      byte[] one = {(byte) random.nextInt(256)};
      return new Mutant(join(part(sound, 0, at), one, part(sound, at, sound.length)), at, at);
    }
  },
  BYTE_REMOVED {
    @Override
    public Mutant of(byte[] sound, SplittableRandom random) {
      int at = random.nextInt(sound.length);
      byte[] bytes = join(part(sound, 0, at), part(sound, at + 1, sound.length));
      return new Mutant(bytes, at, at + 1);
    }
  },
  BLOCK_ZEROED {
    @Override
    public Mutant of(byte[] sound, SplittableRandom random) {
      int from = random.nextInt(sound.length);
      int to = Math.min(sound.length, from + 16 + random.nextInt(1000));
      byte[] bytes = sound.clone();
      Arrays.fill(bytes, from, to, (byte) 0);
      return new Mutant(bytes, from, to);
    }
  };

  /**
   * A damaged file.
   *
   * @param from the first byte of the sound one that is not where it was
   * @param to the first byte after those; as {@code from} where one was put between
   */
  public record Mutant(byte[] bytes, int from, int to) {}

  public abstract Mutant of(byte[] sound, SplittableRandom random);

  static byte[] part(byte[] bytes, int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
