package dev.hale.training.log;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Numbers of one step.
 *
 * @param step steps done when they were measured
 * @param values by name, in order; NaN where there was nothing to measure
 */
public record MetricsLine(long step, Map<String, Double> values) {
  public MetricsLine {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }
}
