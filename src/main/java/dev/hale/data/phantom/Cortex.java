package dev.hale.data.phantom;

import java.util.SplittableRandom;

/**
 * The folded grey ribbon and the fluid on it. Sulci are the zero sheets of a narrow-band random
 * field, let in from the outline and from the fissure down to a depth that varies; the ribbon lines
 * every surface. Thick slices blur what leans out of the upright.
 */
final class Cortex {
  private final double width;
  private final double length;
  private final double height;
  private final double sulcusWidth;
  private final double sulcusDepth;
  private final double ribbon;
  private final double opercularY;
  private final WaveField folds;
  private final WaveField foldDepth;
  private final double[] sheet = new double[2];

  /**
   * @param atrophy 0 for narrow sulci to 1 for wide ones
   * @param width half-axes of the brain's outline in millimetres
   */
  Cortex(SplittableRandom random, double atrophy, double width, double length, double height) {
    this.width = width;
    this.length = length;
    this.height = height;
    sulcusWidth = 0.3 + 0.5 * atrophy;
    sulcusDepth = random.nextDouble(15, 20);
    ribbon = random.nextDouble(2.5, 3.2);
    opercularY = random.nextDouble(2, 12);
    folds = new WaveField(random.split(), 18, 15, 25);
    foldDepth = new WaveField(random.split(), 7, 22, 55);
  }

  /**
   * Covers a point, white matter so far, by cortex and fluid.
   *
   * @param hullDepth depth under the brain's outline in millimetres
   * @param fissure distance to the fissure between the hemispheres in millimetres
   * @param core distance to callosum and deep structures, negative inside, where no sulcus reaches
   */
  void cover(
      double x,
      double y,
      double z,
      double hullDepth,
      double fissure,
      double core,
      Anatomy.Place place) {
    double unevenness = foldDepth.at(x, y, z);
    double surface = Math.min(hullDepth, fissure + 1.5 * Math.max(0, 6 - core));
    double depth = Math.max(5, sulcusDepth + 5 * unevenness);
    double csf = Shape.inside(hullDepth - 0.5 - sulcusWidth, 0.9);
    double lined = Shape.inside(hullDepth - 0.5 - sulcusWidth - ribbon, 1.1);
    double between = 0.4 + 0.6 * sulcusWidth;
    csf = Math.max(csf, Shape.layer(fissure, between, 0.8));
    lined = Math.max(lined, Shape.layer(fissure, between + ribbon, 0.9));
    double insula =
        Shape.length(
            Math.abs(x) - 42 + 0.014 * (y - 2) * (y - 2) + 3 * unevenness,
            Math.max(0, Math.abs(y - 2) - 18),
            Math.max(0, Math.abs(z - 5) - 14));
    double operculum =
        Shape.length(
            y - opercularY + 0.5 * (z - 5) + 4 * unevenness,
            Math.max(0, 39 - Math.abs(x)),
            Math.max(0, Math.abs(z - 5) - 16));
    double sylvian = Math.min(insula, operculum);
    double open = 0.6 + 1.2 * sulcusWidth;
    csf = Math.max(csf, Shape.layer(sylvian, open, 1));
    lined = Math.max(lined, Shape.layer(sylvian, open + ribbon, 1));
    if (surface < depth + 6) {
      double radius = Math.max(0.62, Shape.length(x / width, y / length, z / height));
      double stretch = 0.6 / radius + 0.4; // sulci run inwards: the pattern fans out from within
      folds.zeroSheet(x * stretch, y * stretch, z * stretch, 0.13, sheet);
      double distance = Shape.length(sheet[0] / stretch, Math.max(0, surface - depth), 0);
      double half = sulcusWidth * (1.25 - 0.6 * Math.min(1, surface / depth));
      double blur = 0.7 + 1.5 * sheet[1];
      csf = Math.max(csf, Shape.layer(distance, half, blur));
      lined = Math.max(lined, Shape.layer(distance, half + ribbon, blur));
    }
    place.cover(Tissue.GREY, lined);
    place.cover(Tissue.CSF, csf);
  }
}
