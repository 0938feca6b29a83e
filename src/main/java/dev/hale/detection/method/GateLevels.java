package dev.hale.detection.method;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hale.evaluation.Quantile;
import dev.hale.evaluation.RegionMap;
import java.io.Serializable;
import java.util.List;

/**
 * Where a map sets a gate.
 *
 * @param seed a slice counts as healthy unless its map exceeds this somewhere, at least 0
 * @param reach the gate reaches from there through all that exceeds this, at least 0
 */
@JsonNaming(SnakeCaseStrategy.class)
public record GateLevels(double seed, double reach) implements Serializable {
  public GateLevels {
    check(seed, reach);
  }

  static void check(double seed, double reach) {
    if (!(seed >= 0) || !(reach >= 0)) {
      throw new IllegalArgumentException(
          "seed and reach must be at least 0: %s, %s".formatted(seed, reach));
    }
  }

  /**
   * The reach as a share of the map's threshold; the seed so that the settings' share of healthy
   * slices counts as healthy, if the reach itself does not see to that.
   */
  static GateLevels of(List<RegionMap> healthy, double threshold, HealingSettings settings) {
    double reach = settings.gateLevel() * threshold;
    double[] highest = healthy.stream().mapToDouble(GateLevels::highest).sorted().toArray();
    return new GateLevels(
        Math.max(reach, Quantile.of(highest, settings.healthyPercentile() / 100)), reach);
  }

  private static double highest(RegionMap map) {
    float highest = 0;
    for (float value : map.values()) {
      highest = Math.max(highest, value);
    }
    return highest;
  }
}
