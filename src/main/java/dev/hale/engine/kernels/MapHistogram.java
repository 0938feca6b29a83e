package dev.hale.engine.kernels;

/**
 * The histogram of one map inside its mask.
 *
 * @param low the least value, +∞ if there is none
 * @param high the greatest value, -∞ if there is none
 * @param count how many values there are inside the mask
 * @param counts of bins of equal width from low to high, half open but for the last; all 0 where
 *     low and high are equal
 */
public record MapHistogram(double low, double high, long count, long[] counts) {}
