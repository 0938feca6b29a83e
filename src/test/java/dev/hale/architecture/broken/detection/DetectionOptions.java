package dev.hale.architecture.broken.detection;

import org.bytedeco.pytorch.Device;

/** Breaks a rule on purpose. */
public record DetectionOptions(Device device) {}
