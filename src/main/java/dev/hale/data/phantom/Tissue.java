package dev.hale.data.phantom;

/** What a voxel can be made of, the healthy tissues first. */
enum Tissue {
  WHITE(0),
  GREY(1),
  DEEP_GREY(2),
  PALLIDUM(3),
  CSF(4),
  PLEXUS(5),
  VESSEL(6),
  OEDEMA(7),
  ENHANCING(8),
  NECROSIS(9),
  PLAQUE(10);

  /** Number of tissues. */
  static final int COUNT = values().length;

  /** Place of the tissue in arrays of fractions and intensities. */
  final int index;

  Tissue(int index) {
    this.index = index;
  }
}
