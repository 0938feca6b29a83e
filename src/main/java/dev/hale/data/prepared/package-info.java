/**
 * Training data on disk: model images cut from scans once, read again and again by many threads.
 * The files are plain .npy arrays and a CSV table, open to NumPy and pandas
 * (docs/reference/files.md).
 */
package dev.hale.data.prepared;
