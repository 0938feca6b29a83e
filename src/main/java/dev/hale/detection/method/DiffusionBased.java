package dev.hale.detection.method;

/** Settings of a method that makes healthy images by a diffusion model, which commands can vary. */
public interface DiffusionBased extends MethodSettings {
  /** How it makes them. */
  CounterfactualSettings counterfactual();

  /** The same with another way to make them. */
  MethodSettings withCounterfactual(CounterfactualSettings other);
}
