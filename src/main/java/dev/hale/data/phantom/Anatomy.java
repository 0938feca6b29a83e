package dev.hale.data.phantom;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * One person's healthy brain as smooth functions of space. Coordinates are the head's own, in
 * millimetres: x to the right, y to the front, z up, the origin between the thalami.
 */
final class Anatomy {
  /** What is found at a point; reused from voxel to voxel. */
  static final class Place {
    final double[] fraction = new double[Tissue.COUNT];

    /** Distance to the lateral ventricles' wall in millimetres, negative inside. */
    double ventricle;

    /** Covers what is there by a share of {@code tissue}. */
    void cover(Tissue tissue, double share) {
      if (share > 0) {
        for (int t = 0; t < fraction.length; t++) {
          fraction[t] *= 1 - share;
        }
        fraction[tissue.index] += share;
      }
    }
  }

  private static final double[][] VENTRICLE = {
    {13, 33, 3, 2.5, 7, 14, 13, 4.2}, // frontal horn
    {7, 14, 13, 4.2, 12, -18, 23, 4.6}, // body
    {12, -18, 23, 4.6, 23, -39, 10, 6.0}, // atrium
    {23, -39, 10, 5.5, 22, -60, 5, 1.6}, // occipital horn
    {23, -39, 8, 4.0, 33, -10, -17, 1.8}, // temporal horn
  };

  private final double width;
  private final double length;
  private final double height;
  private final double narrowing;
  private final double[] ventricleScale = new double[2];
  private final double thirdWidth;
  private final double plexusSize;
  private final WaveField outline;
  private final WaveField warpX;
  private final WaveField warpY;
  private final WaveField warpZ;
  private final Cortex cortex;
  private final Hindbrain hindbrain;
  private final WaveField midline;
  private final WaveField veins;

  Anatomy(SplittableRandom random) {
    width = random.nextDouble(63, 69);
    length = random.nextDouble(79, 87);
    height = random.nextDouble(76, 82);
    narrowing = random.nextDouble(0.06, 0.13);
    double atrophy = random.nextDouble();
    double size = 0.75 + 0.35 * atrophy + random.nextDouble(0.35);
    double asymmetry = random.nextDouble(-0.12, 0.12);
    ventricleScale[0] = size * (1 + asymmetry);
    ventricleScale[1] = size * (1 - asymmetry);
    thirdWidth = 1.2 + 1.6 * atrophy;
    plexusSize = random.nextDouble(0.7, 1.2);
    outline = new WaveField(random.split(), 6, 30, 70);
    warpX = new WaveField(random.split(), 5, 45, 110);
    warpY = new WaveField(random.split(), 5, 45, 110);
    warpZ = new WaveField(random.split(), 5, 45, 110);
    cortex = new Cortex(random.split(), atrophy, width, length, height);
    hindbrain = new Hindbrain(random.split());
    midline = new WaveField(random.split(), 4, 40, 90);
    veins = new WaveField(random.split(), 8, 7, 16);
  }

  /** Depth under the brain's outline in millimetres, negative outside; ignores the sulci. */
  double hullDepth(double x, double y, double z) {
    double sy = y / length;
    double a = width * (1 - narrowing * (sy + sy * sy));
    double c = z > 0 ? height : 62;
    double sx = x / a;
    double sz = z / c;
    double r2 = sx * sx + sy * sy + sz * sz - 0.3 * sx * sx * sy * sy;
    if (r2 > 1.5) {
      return -10;
    }
    double r = Math.sqrt(r2) + 1e-9;
    double slope = Shape.length(sx / a, sy / length, sz / c) / r + 1e-9;
    double depth = (1 - r) / slope;
    return Math.abs(depth) > 6 ? depth : depth + 0.8 * outline.at(x, y, z);
  }

  /**
   * What is at a point.
   *
   * @param hullDepth depth of the point as {@link #hullDepth} gives it, above 0
   */
  void at(double x, double y, double z, double hullDepth, Place place) {
    double wx = x + 1.8 * warpX.at(x, y, z);
    double wy = y + 2.5 * warpY.at(x, y, z);
    double wz = z + 2.5 * warpZ.at(x, y, z);
    Arrays.fill(place.fraction, 0);
    place.fraction[Tissue.WHITE.index] = 1;

    double mid = wx + 0.8 * midline.at(0, y, z);
    double core = Shape.ellipsoid(mid, wy + 5, wz - 2, 60, 39, 25);
    double fissure = Shape.length(mid, Math.max(0, -core), 0);
    cortex.cover(wx, wy, wz, hullDepth, fissure, core, place);
    addDeepGrey(Math.abs(mid), wy, wz, place);
    addVentricles(mid, wy, wz, place);
    if (wz < 0) {
      hindbrain.cover(mid, wy, wz, place);
    }
    addVessels(mid, wy, wz, hullDepth, place);
  }

  private static void addDeepGrey(double x, double y, double z, Place place) {
    double caudate = Shape.ellipsoid(x - 14, y - 15, z - 6, 5, 10, 10);
    double tail = Shape.ellipsoid(x - 17, y + 4, z - 20, 3, 16, 5);
    double u = x - 26 + 0.25 * (y - 2);
    double putamen = Shape.ellipsoid(u, y - 3, z - 3, 5, 15, 10);
    double thalamus = Shape.ellipsoid(x - 10.5 + 0.2 * (y + 13), y + 13, z - 5, 8, 13, 9);
    place.cover(Tissue.DEEP_GREY, Shape.inside(Math.min(caudate, tail), 1.0));
    place.cover(Tissue.DEEP_GREY, Shape.inside(putamen, 1.2));
    place.cover(Tissue.DEEP_GREY, 0.85 * Shape.inside(thalamus, 2.5));
    double pallidum = Shape.ellipsoid(u + 7.5, y, z, 4, 8, 7);
    place.cover(Tissue.PALLIDUM, Shape.inside(pallidum, 1.8));
  }

  private void addVentricles(double x, double y, double z, Place place) {
    double side = Math.abs(x);
    double blend = Shape.smoothStep(-4, 4, x);
    double scale = ventricleScale[0] + blend * (ventricleScale[1] - ventricleScale[0]);
    double wall = 99;
    for (double[] part : VENTRICLE) {
      wall = Shape.smoothMin(wall, Shape.capsule(side, y, z, part, scale), 4);
    }
    wall = Math.max(wall, 0.9 - side); // septum
    place.ventricle = wall;
    double fluid = Shape.inside(wall, 0.8);
    place.cover(Tissue.CSF, fluid);
    double plexus = Shape.ellipsoid(side - 19, y + 32, z - 14, 3, 8, 5) + 2 * (1 - plexusSize);
    place.cover(Tissue.PLEXUS, fluid * Shape.inside(plexus, 1.5));
    double third =
        Math.max(side - thirdWidth * (1 - (y + 4) * (y + 4) / 200), Math.abs(z + 3) - 10);
    place.cover(Tissue.CSF, Shape.inside(third, 0.8));
  }

  private void addVessels(double x, double y, double z, double hullDepth, Place place) {
    double csf = place.fraction[Tissue.CSF.index];
    if (csf > 0.05 && hullDepth < 25 && place.ventricle > 3) {
      double vein = Shape.smoothStep(1.5, 2.2, veins.at(x, y, z));
      place.cover(Tissue.VESSEL, Math.min(0.8, csf) * vein);
    }
    if (y < 0 || z > 30) {
      double sinus = Shape.length(x, Math.max(0, hullDepth - 1.5), 0) - 2.2;
      place.cover(Tissue.VESSEL, 0.9 * Shape.inside(sinus, 1));
    }
  }
}
