package dev.hale.detection.method;

/** What a configuration says of how methods detect: parts that several share, and their own. */
public interface Recipe {
  /** How a diffusion model makes a healthy image, and how a map is smoothed and cut. */
  CounterfactualSettings counterfactual();

  /** How a critic's attribution becomes a map. */
  AttributionSettings attribution();

  /**
   * A method's own section.
   *
   * @param method its name
   * @param type whose components are the section's keys
   * @param silent what the section gets where it says nothing, as a whole and of each key
   * @throws dev.hale.HaleException in one line with the place of the mistake
   */
  <R extends Record> R own(String method, Class<R> type, R silent);
}
