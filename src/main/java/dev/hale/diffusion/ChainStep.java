package dev.hale.diffusion;

/**
 * One step of a chain between two noise levels.
 *
 * @param timestep the t that the networks see, in steps of the unrespaced chain
 * @param seen ᾱ of that t; differs from {@code from} only where the image that goes in is clean
 * @param from ᾱ of the image that goes in
 * @param to ᾱ of the image that comes out
 * @param posteriorLogVariance of a step by one level down, the logarithm of the variance of q(x_to
 *     | x_from, x_0) (Ho et al. 2020, eq. 7), for the clean image that of the level above, as
 *     published; NaN of any other step
 * @param index position in the chain, from 0
 * @param length number of steps in the chain
 */
public record ChainStep(
    int timestep,
    double seen,
    double from,
    double to,
    double posteriorLogVariance,
    int index,
    int length) {}
