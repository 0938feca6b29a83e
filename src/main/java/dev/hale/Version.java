package dev.hale;

/** Which hale this is. */
public final class Version {
  private Version() {}

  /**
   * The version in the jar's manifest, or the module's; {@code development} where there is neither.
   */
  public static String current() {
    Module module = Version.class.getModule();
    String version =
        module.isNamed()
            ? module.getDescriptor().rawVersion().orElse(null)
            : Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
