package dev.hale.engine;

/**
 * A platform's native libraries as a module. Nothing requires them, for hale is the same on every
 * platform, and the module system leaves out what nothing requires; a module that provides this
 * service it takes along with hale. On the class path nobody asks for it.
 */
public interface PlatformNatives {
  /** The platform as JavaCPP names it, {@code linux-x86_64}. */
  String platform();
}
