/** Makes images of a diffusion model, from noise or between scans, and the files that show them. */
package dev.hale.app.sample;
