package dev.hale;

/** Which hale this is. */
public final class Version {
  private Version() {}

  /** The version in the jar's manifest; {@code development} where there is no jar. */
  public static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
