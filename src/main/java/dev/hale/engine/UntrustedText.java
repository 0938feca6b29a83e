package dev.hale.engine;

/** Makes text from an untrusted file fit for a one-line message. */
final class UntrustedText {
  private static final int SHOWN = 120;

  private UntrustedText() {}

  /** The text without control characters, cut after 120 characters. */
  static String shown(String text) {
    String clean = text.replaceAll("\\p{C}", "?");
    return clean.length() <= SHOWN ? clean : clean.substring(0, SHOWN) + "…";
  }
}
