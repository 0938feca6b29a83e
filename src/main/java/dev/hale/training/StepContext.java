package dev.hale.training;

/**
 * What a loss may know of the step that it belongs to.
 *
 * @param step counted from 0
 * @param seed of what is drawn for these images
 * @param healthyShare share of the healthy among the images of the batch of all processes
 */
public record StepContext(long step, long seed, double healthyShare) {}
