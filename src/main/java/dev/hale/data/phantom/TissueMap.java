package dev.hale.data.phantom;

import dev.hale.scan.Grid;

/** The truth behind a phantom's images: what every voxel is made of. */
final class TissueMap {
  final Grid grid;

  /** Volume fractions, {@code [tissue][voxel]}, which sum to 1 in the brain and to 0 outside. */
  final float[][] fraction;

  /** 1 inside the brain. */
  final byte[] brain;

  /** 1 where at least half of a voxel is lesion. */
  final byte[] lesion;

  /** Distance to the wall of the lateral ventricles in millimetres, negative inside them. */
  final float[] ventricleDistance;

  /** How strongly lesion tissue differs from white matter; 1 is typical. */
  final float[] lesionStrength;

  TissueMap(Grid grid) {
    this.grid = grid;
    fraction = new float[Tissue.COUNT][grid.size()];
    brain = new byte[grid.size()];
    lesion = new byte[grid.size()];
    ventricleDistance = new float[grid.size()];
    lesionStrength = new float[grid.size()];
  }
}
