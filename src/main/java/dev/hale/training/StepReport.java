package dev.hale.training;

import java.util.OptionalDouble;

/**
 * A step of a training, over all processes.
 *
 * @param step steps done, from 1
 * @param steps steps in all
 * @param loss the mean that was minimised
 * @param quarters mean loss of the images whose timestep lies in each quarter of the noise levels,
 *     from little noise to much; NaN where the batch had none; empty where images are not noised
 * @param opponentLoss the mean that the network's opponent minimised; empty where it has none
 * @param gradientNorm before clipping
 * @param learningRate of this step
 * @param seconds that the step took, waiting included
 * @param secondsWaited of these, how long this process waited for its images
 * @param imagesPerSecond images of all processes over {@code seconds}
 */
public record StepReport(
    long step,
    long steps,
    double loss,
    double[] quarters,
    OptionalDouble opponentLoss,
    double gradientNorm,
    double learningRate,
    double seconds,
    double secondsWaited,
    double imagesPerSecond) {}
