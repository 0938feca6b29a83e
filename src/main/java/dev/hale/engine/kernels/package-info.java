/**
 * Our own native kernels, called in steps of the domain such as one denoising step: arguments are
 * checked here, then the CPU or a GPU computes. The arithmetic is not here but in C++ and CUDA, in
 * {@code src/main/cpp} and {@code cuda}.
 */
package dev.hale.engine.kernels;
