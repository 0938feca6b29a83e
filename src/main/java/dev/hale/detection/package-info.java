/**
 * What a program sees of detection: a detector of scans, its options and settings, thresholds, and
 * many scans in a row. What a single method does with a slice is not here but in {@code
 * dev.hale.detection.method}, and LibTorch's types never appear.
 */
package dev.hale.detection;
