/**
 * Makes images of a diffusion model, from noise or between scans, and the files that show them. How
 * noise becomes an image belongs to {@code dev.hale.diffusion}.
 */
package dev.hale.app.sample;
