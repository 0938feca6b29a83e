package dev.hale.architecture.broken.picture;

import dev.hale.architecture.broken.data.SetKnowsDevice;

/** Breaks a rule on purpose. */
public final class MontageKnowsSet {
  SetKnowsDevice set;
}
