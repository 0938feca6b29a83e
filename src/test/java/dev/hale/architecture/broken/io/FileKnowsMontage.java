package dev.hale.architecture.broken.io;

import dev.hale.architecture.broken.picture.MontageKnowsSet;

/** Breaks a rule on purpose. */
public final class FileKnowsMontage {
  MontageKnowsSet montage;
}
