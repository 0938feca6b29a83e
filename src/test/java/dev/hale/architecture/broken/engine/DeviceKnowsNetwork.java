package dev.hale.architecture.broken.engine;

import dev.hale.architecture.broken.model.NetworkKnowsSampler;

/** Breaks a rule on purpose. */
public final class DeviceKnowsNetwork {
  NetworkKnowsSampler network;
}
