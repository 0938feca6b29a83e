package dev.hale.detection.method;

import java.util.OptionalDouble;

/**
 * What a method has measured about itself.
 *
 * @param settings with nothing left open
 * @param marked the share of diseased slices that the method wants marked at its threshold by image
 *     labels; empty where that threshold follows from its own map
 */
public record Calibrated<S extends MethodSettings>(S settings, OptionalDouble marked) {
  /** Settings whose map speaks for its threshold itself. */
  public static <S extends MethodSettings> Calibrated<S> of(S settings) {
    return new Calibrated<>(settings, OptionalDouble.empty());
  }
}
