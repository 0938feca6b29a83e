package dev.hale.training;

import dev.hale.model.TrainingPass;

/**
 * What a loss may know of the step that it belongs to.
 *
 * @param step counted from 0
 * @param seed of what is drawn for these images
 * @param healthyShare share of the healthy among the images of the batch of all processes
 * @param pass how a network of noised images is called
 */
public record StepContext(long step, long seed, double healthyShare, TrainingPass pass) {}
