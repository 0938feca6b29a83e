package dev.hale.engine;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Unpacks native libraries before any test runs. Tests make tensors without asking hale first, and
 * on a machine with an empty cache and another LibTorch they would get that one.
 */
public final class LibrariesBeforeTests implements LauncherSessionListener {
  @Override
  public void launcherSessionOpened(LauncherSession session) {
    NativeLibraries.unpack();
  }
}
