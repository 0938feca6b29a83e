package dev.hale.detection;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What follows the deterministic chain. */
public enum Solver {
  /** DDIM, as published. */
  @JsonProperty("ddim")
  DDIM(1),
  /** Adams–Bashforth of order 2: fewer steps for the same map. */
  @JsonProperty("ab2")
  AB2(2),
  /** Adams–Bashforth of order 3. */
  @JsonProperty("ab3")
  AB3(3);

  private final int order;

  Solver(int order) {
    this.order = order;
  }

  int order() {
    return order;
  }
}
