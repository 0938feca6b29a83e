package dev.hale.data.phantom;

import java.util.SplittableRandom;

/** Brainstem, cisterns and the cerebellum with its fine folia, below the tentorium. */
final class Hindbrain {
  private final double stemWidth;
  private final double cistern;
  private final WaveField folia;
  private final WaveField uneven;
  private final double[] sheet = new double[2];

  Hindbrain(SplittableRandom random) {
    stemWidth = random.nextDouble(13.5, 16.5);
    cistern = random.nextDouble(0.8, 2.4);
    uneven = new WaveField(random.split(), 6, 14, 35);
    folia = new WaveField(random.split(), 10, 7, 11);
  }

  /** Covers a point below the thalami; x is the distance from the midline with its sign. */
  void cover(double x, double y, double z, Anatomy.Place place) {
    double cerebellum = Shape.ellipsoid(x, y + 52, z + 40, 50, 29, 31);
    if (cerebellum < 3) {
      place.cover(Tissue.CSF, 0.8 * Shape.inside(cerebellum - 1, 1.2));
      folia.zeroSheet(0.45 * x, 1.3 * y + 0.012 * x * x, 1.3 * z, 0.35, sheet);
      double within = Shape.inside(cerebellum + 0.8, 1);
      double medulla =
          Shape.inside(Shape.ellipsoid(Math.abs(x) - 18, y + 46, z + 40, 17, 12, 24), 5);
      place.cover(Tissue.GREY, within);
      place.cover(Tissue.CSF, 0.8 * within * Shape.layer(sheet[0], 0.35, 0.8) * (1 - medulla));
      place.cover(Tissue.WHITE, within * medulla);
    }
    double low = Shape.smoothStep(-4, -12, z);
    double stem = (Shape.length(x / stemWidth, (y + 21) / 14, 0) - 1) * 14;
    double ambient = stem - cistern * (1 + 0.7 * uneven.at(x, y, z));
    double star = Shape.length(0.75 * x, y - 1, 0.6 * (z + 22)) - 6.5 + 2 * uneven.at(x, y, z);
    place.cover(Tissue.CSF, 0.9 * low * Shape.inside(Shape.smoothMin(ambient, star, 5), 1.4));
    place.cover(Tissue.WHITE, low * Shape.inside(stem, 1));
    double aqueduct = Shape.length(x, y + 29, 0) - 1.3;
    place.cover(Tissue.CSF, low * Shape.inside(aqueduct, 0.8));
  }
}
