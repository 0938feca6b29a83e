package dev.hale.natives.linux.x86_64;

import dev.hale.engine.PlatformNatives;

/** Why the module system takes this module along. */
public final class LinuxX86 implements PlatformNatives {
  @Override
  public String platform() {
    return "linux-x86_64";
  }
}
