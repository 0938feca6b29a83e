/**
 * Trains, detects, measures and compares the methods of an experiment, so that it may be stopped at
 * any moment. Tables and figures belong to {@code app.experiment.report}.
 */
package dev.hale.app.experiment;
