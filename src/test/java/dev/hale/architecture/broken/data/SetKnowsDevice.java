package dev.hale.architecture.broken.data;

import dev.hale.architecture.broken.engine.DeviceKnowsNetwork;
import org.bytedeco.pytorch.Tensor;

/** Breaks a rule on purpose. */
public final class SetKnowsDevice {
  DeviceKnowsNetwork device;
  Tensor voxels;
}
