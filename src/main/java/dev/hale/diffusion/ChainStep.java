package dev.hale.diffusion;

/**
 * One step of a chain between two noise levels.
 *
 * @param timestep the t that the networks see, in steps of the unrespaced chain
 * @param seen ᾱ of that t; differs from {@code from} only where the image that goes in is clean
 * @param from ᾱ of the image that goes in
 * @param to ᾱ of the image that comes out
 * @param index position in the chain, from 0
 * @param length number of steps in the chain
 */
public record ChainStep(int timestep, double seen, double from, double to, int index, int length) {}
