package dev.hale.detection.method;

/** Settings of a method that makes several healthy images of a slice. */
public interface Sampled extends MethodSettings {
  /**
   * The same with another number of them, at least 1.
   *
   * @throws IllegalArgumentException where these settings make none
   */
  MethodSettings withSamples(int count);
}
