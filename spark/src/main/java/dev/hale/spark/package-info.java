/**
 * Batch detection on many machines: subjects in, a table and a folder of results for each out, as a
 * Spark job. How a scan is read, detected in and written is not decided here but in {@code
 * dev.hale.app.detect}.
 */
package dev.hale.spark;
