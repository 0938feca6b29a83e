/**
 * Scans, their grids and maps: values that know neither files nor LibTorch. They are read and
 * written in {@code dev.hale.io}.
 */
package dev.hale.scan;
