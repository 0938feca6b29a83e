package dev.hale.architecture.broken.evaluation;

import dev.hale.architecture.broken.engine.DeviceKnowsNetwork;
import org.bytedeco.pytorch.Tensor;

/** Breaks a rule on purpose. */
public final class DiceKnowsDevice {
  DeviceKnowsNetwork device;
  Tensor mask;
}
