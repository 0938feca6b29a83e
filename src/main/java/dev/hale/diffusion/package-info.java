/**
 * The mathematics of diffusion: noise schedules, chains of noise levels, samplers that walk along
 * them, and guidance. It knows a network only as a function that predicts noise, and decides
 * neither what is detected nor what is learned.
 */
package dev.hale.diffusion;
