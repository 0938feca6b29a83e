/**
 * Trains the networks of a configuration, on one process or several, and calibrates methods. The
 * training itself belongs to {@code dev.hale.training}.
 */
package dev.hale.app.train;
