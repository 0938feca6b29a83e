package dev.hale.io;

import dev.hale.scan.DataException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a subject, patient, scan or channel is called becomes the name of a file or folder: one that
 * every file system takes, that stays in its folder, and that no other name becomes. Names of ASCII
 * letters, digits, {@code . _ + -} and spaces between them stay as they are; of anything else the
 * UTF-8 bytes are written like {@code %C3%BC}, in an address's way, so that nothing depends on the
 * locale or on how a file system spells umlauts.
 */
public final class PortableName {
  /** Short enough for what {@link AtomicFolder} and others put around it; names end at 255. */
  private static final int LONGEST = 160;

  private static final int HASH_DIGITS = 32;

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  /** Names of devices on Windows, whatever follows a dot. */
  private static final Pattern DEVICE =
      Pattern.compile("(?is)(?:con|prn|aux|nul|com[0-9]|lpt[0-9]) *(?:\\..*)?");

  private PortableName() {}

  /**
   * The file name of a name.
   *
   * @return 1 to 160 ASCII characters without separators; different for different names
   */
  public static String of(String name) {
    if (name.isEmpty()) {
      return "%"; // which is no byte, and so no other name's
    }
    boolean device = DEVICE.matcher(name).matches();
    StringBuilder portable = new StringBuilder();
    int at = 0;
    while (at < name.length()) {
      int character = name.codePointAt(at);
      boolean first = at == 0;
      at += Character.charCount(character);
      boolean last = at == name.length();
      boolean plain =
          isPlain(character)
              && !(first && (device || character == '.' || character == ' '))
              && !(last && (character == '.' || character == ' ')); // Windows drops them
      if (plain) {
        portable.appendCodePoint(character);
      } else {
        escape(portable, character);
      }
    }
    return portable.length() <= LONGEST ? portable.toString() : shortened(portable, name);
  }

  /**
   * Throws where two names cannot have a folder each: where they are the same, or differ only in
   * case, which macOS and Windows do not tell apart.
   *
   * @param what the names are of, in the plural
   * @throws DataException with the two
   */
  public static void requireApart(Collection<String> names, String what) {
    Map<String, String> seen = new HashMap<>();
    for (String name : names) {
      String other = seen.put(of(name).toLowerCase(Locale.ROOT), name);
      if (other != null) {
        throw new DataException(
            other.equals(name)
                ? "two %s are called %s; rename one".formatted(what, name)
                : "two %s are called %s and %s, which many file systems take for one; rename one"
                    .formatted(what, other, name));
      }
    }
  }

  private static boolean isPlain(int character) {
    return (character >= 'a' && character <= 'z')
        || (character >= 'A' && character <= 'Z')
        || (character >= '0' && character <= '9')
        || "._+- ".indexOf(character) >= 0;
  }

  private static void escape(StringBuilder portable, int character) {
    if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
      portable
          .append("%u")
          .append(HEX.toHexDigits((char) character)); // half of a pair, which UTF-8 cannot write
      return;
    }
    for (byte b : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
      portable.append('%').append(HEX.toHexDigits(b));
    }
  }

  /** The beginning, and a hash of the whole behind {@code %-}, which no other name has. */
  private static String shortened(StringBuilder portable, String name) {
    int cut = LONGEST - HASH_DIGITS - "%-".length();
    int escape = portable.lastIndexOf("%", cut - 1);
    if (escape >= 0 && cut - escape < "%u0000".length()) {
      cut = escape; // half an escape says nothing
    }
    return portable.substring(0, cut) + "%-" + hash(name);
  }

  private static String hash(String name) {
    byte[] digest = new Sha256().add(name.getBytes(StandardCharsets.UTF_16BE)).bytes();
    return HEX.formatHex(digest).substring(0, HASH_DIGITS);
  }
}
