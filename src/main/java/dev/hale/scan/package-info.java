/** Scans, their grids and maps: values that know neither files nor LibTorch. */
package dev.hale.scan;
