package dev.hale.campaign;

import dev.hale.io.Damage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Changes files, blindly and with a little knowledge of headers and words; the seed says how. */
final class Mutator {
  /** Where most formats have their header. */
  private static final int HEADER = 600;

  private static final long[] EXTREMES = {
    0,
    1,
    -1,
    2,
    127,
    128,
    255,
    256,
    32_767,
    32_768,
    65_535,
    1 << 20,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    0xffff_ffffL,
    1L << 40,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Double.doubleToLongBits(Double.NaN),
    Double.doubleToLongBits(Double.POSITIVE_INFINITY),
    Double.doubleToLongBits(1e300),
    Double.doubleToLongBits(-1e-300),
    Float.floatToIntBits(Float.NaN),
    Float.floatToIntBits(Float.NEGATIVE_INFINITY),
    Float.floatToIntBits(3e38f)
  };

  private static final Pattern WORD = Pattern.compile("[\\w.+-]+|\"[^\"]*\"");
  private static final String[] WORDS = {
    "",
    "0",
    "1",
    "-1",
    "2147483647",
    "2147483648",
    "-9223372036854775808",
    "1e400",
    "0.5",
    "NaN",
    "null",
    "true",
    "[]",
    "{}",
    "[[[[]]]]",
    "\"\"",
    "\"",
    "'",
    ",",
    ":",
    "#",
    "&a *a",
    "..",
    "\n",
    "\r",
    "\t",
    "\0",
    "\u001b[2J",
    "\u00ff\u00fe",
    "ı",
    "%s%n",
    "\\u0000",
    "~",
    "1,1",
    "-",
    "9".repeat(400),
    "x".repeat(3000),
    "[".repeat(3000),
    "{\"a\":".repeat(1500)
  };

  private static final List<Damage> DAMAGES = List.of(Damage.values());

  private final SplittableRandom random;

  private Mutator(long seed) {
    random = new SplittableRandom(seed);
  }

  /**
   * A mutant.
   *
   * @param how in words
   */
  record Mutant(byte[] bytes, String how) {}

  /**
   * A mutant of one file, in places another one's: the same for the same seed.
   *
   * @param sound is left as it is
   */
  static Mutant of(byte[] sound, byte[] other, long seed) {
    return new Mutator(seed).mutant(sound, other);
  }

  private Mutant mutant(byte[] sound, byte[] other) {
    byte[] bytes = sound;
    List<String> steps = new ArrayList<>();
    int count = random.nextInt(4) > 0 ? 1 : 2 + random.nextInt(3);
    for (int n = 0; n < count; n++) {
      if (bytes.length == 0) {
        break;
      }
      Mutant next = step(bytes, other);
      bytes = next.bytes();
      steps.add(next.how());
    }
    return new Mutant(bytes, String.join(", ", steps));
  }

  private Mutant step(byte[] bytes, byte[] other) {
    int kind = random.nextInt(13);
    return switch (kind) {
      case 0, 1, 2, 3, 4 -> {
        Damage damage = DAMAGES.get(kind);
        Damage.Mutant mutant = damage.of(bytes, random);
        yield new Mutant(mutant.bytes(), "%s at %d".formatted(damage, mutant.from()));
      }
      case 5 -> bytesSet(bytes);
      case 6 -> blockInserted(bytes);
      case 7 -> blockRepeated(bytes);
      case 8 -> spliced(bytes, other);
      case 9, 10 -> numberSet(bytes);
      default -> wordSet(bytes);
    };
  }

  private Mutant bytesSet(byte[] bytes) {
    byte[] changed = bytes.clone();
    int count = 1 + random.nextInt(6);
    for (int n = 0; n < count; n++) {
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
    }
    return new Mutant(changed, count + " bytes set");
  }

  private Mutant blockInserted(byte[] bytes) {
    byte[] block = new byte[1 + random.nextInt(64)];
    Arrays.fill(block, (byte) (random.nextBoolean() ? 0 : random.nextInt(256)));
    int at = random.nextInt(bytes.length + 1);
    return new Mutant(
        replaced(bytes, at, at, block), "%d bytes put in at %d".formatted(block.length, at));
  }

  private Mutant blockRepeated(byte[] bytes) {
    int from = random.nextInt(bytes.length);
    int to = from + 1 + random.nextInt(Math.min(200, bytes.length - from));
    int at = random.nextInt(bytes.length + 1);
    byte[] block = Arrays.copyOfRange(bytes, from, to);
    int end = random.nextBoolean() ? at : Math.min(bytes.length, at + block.length);
    return new Mutant(
        replaced(bytes, at, end, block), "bytes %d to %d again at %d".formatted(from, to, at));
  }

  private Mutant spliced(byte[] bytes, byte[] other) {
    int at = random.nextInt(bytes.length + 1);
    int from = random.nextBoolean() ? Math.min(at, other.length) : random.nextInt(other.length + 1);
    byte[] rest = Arrays.copyOfRange(other, from, other.length);
    return new Mutant(
        replaced(bytes, at, bytes.length, rest),
        "from %d on another's from %d".formatted(at, from));
  }

  private Mutant numberSet(byte[] bytes) {
    int width = 2 << random.nextInt(3);
    if (bytes.length < width) {
      return bytesSet(bytes);
    }
    int at = random.nextInt(Math.min(HEADER, bytes.length - width + 1));
    at -= random.nextInt(4) > 0 ? at % width : 0;
    long value = EXTREMES[random.nextInt(EXTREMES.length)];
    byte[] changed = bytes.clone();
    ByteBuffer b = ByteBuffer.wrap(changed);
    b.order(random.nextInt(3) > 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    switch (width) {
      case 2 -> b.putShort(at, (short) value);
      case 4 -> b.putInt(at, (int) value);
      default -> b.putLong(at, value);
    }
    return new Mutant(changed, "%d in %d bytes at %d".formatted(value, width, at));
  }

  /** A word that is there becomes another one, or one of those that programs trip over. */
  private Mutant wordSet(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    List<MatchResult> words = WORD.matcher(text).results().limit(500).toList();
    if (words.isEmpty()) {
      return bytesSet(bytes);
    }
    MatchResult word = words.get(random.nextInt(words.size()));
    String becomes =
        random.nextInt(4) > 0
            ? WORDS[random.nextInt(WORDS.length)]
            : words.get(random.nextInt(words.size())).group();
    return new Mutant(
        replaced(bytes, word.start(), word.end(), becomes.getBytes(StandardCharsets.UTF_8)),
        "the word at %d replaced".formatted(word.start()));
  }

  private static byte[] replaced(byte[] bytes, int from, int to, byte[] with) {
    ByteBuffer b = ByteBuffer.allocate(from + with.length + bytes.length - to);
    return b.put(bytes, 0, from).put(with).put(bytes, to, bytes.length - to).array();
  }
}
