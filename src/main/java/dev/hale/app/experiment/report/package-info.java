/**
 * What an experiment found, as records that are JSON, a table in Markdown and a page for readers.
 *
 * <p>Means are over patients; an interval is the 95 % percentile bootstrap over patients where
 * there are at least five, and says so where it is over slices instead. Figures that need the truth
 * to choose a threshold (oracle) stand apart from those that do not.
 */
package dev.hale.app.experiment.report;
