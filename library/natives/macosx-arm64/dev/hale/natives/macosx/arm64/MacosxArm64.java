package dev.hale.natives.macosx.arm64;

import dev.hale.engine.PlatformNatives;

/** Why the module system takes this module along. */
public final class MacosxArm64 implements PlatformNatives {
  @Override
  public String platform() {
    return "macosx-arm64";
  }
}
