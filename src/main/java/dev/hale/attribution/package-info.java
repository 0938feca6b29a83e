/**
 * Which voxels speak for a diagnosis, and a training loss that keeps healthy ones silent.
 * Thresholds and masks are not made here, and what is attributed is any function, not a network of
 * a certain kind.
 */
package dev.hale.attribution;
