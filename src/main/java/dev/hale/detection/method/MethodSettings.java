package dev.hale.detection.method;

import dev.hale.detection.ThresholdRule;
import java.io.Serializable;

/**
 * How a method runs and how its mask is cut: a record that Jackson reads and writes, and that can
 * be sent to another process.
 */
public interface MethodSettings extends Serializable {
  /** Standard deviation of a Gaussian over the map, in model pixels; 0 for none. */
  double smoothing();

  /** How the mask is cut from the map. */
  ThresholdRule threshold();

  /**
   * With another threshold rule.
   *
   * @throws IllegalArgumentException where the method has no such threshold
   */
  MethodSettings withThreshold(ThresholdRule newThreshold);
}
