package dev.hale.architecture.broken.scan;

import dev.hale.architecture.broken.io.FileKnowsMontage;

/** Breaks a rule on purpose. */
public final class ScanKnowsFile {
  FileKnowsMontage file;
}
