package dev.hale.data.phantom;

import java.util.SplittableRandom;

/**
 * One glioma-like tumour: oedema that follows the white matter in fingers, an enhancing rim, and
 * sometimes a necrotic core.
 */
final class Glioma implements Lesions {
  private final double x;
  private final double y;
  private final double z;
  private final double radius;
  private final double coreRadius;
  private final double rim;
  private final double enhancement;
  private final boolean necrotic;
  private final double strength;
  private final double squash;
  private final MassEffect push;
  private final WaveField bulge;
  private final WaveField fingers;
  private final WaveField coreShape;
  private final WaveField texture;

  /** Grows a tumour of 12 to 32 mm radius in a hemisphere of the given brain. */
  Glioma(SplittableRandom random, Anatomy anatomy) {
    radius = 12 + 20 * Math.sqrt(Math.max(random.nextDouble(), random.nextDouble()));
    double cx;
    double cy;
    double cz;
    do {
      cx = random.nextDouble(14, 48) * (random.nextBoolean() ? 1 : -1);
      cy = random.nextDouble(-58, 52);
      cz = random.nextDouble(-5, 50);
    } while (anatomy.hullDepth(cx, cy, cz) < 10 + 0.3 * radius);
    x = cx;
    y = cy;
    z = cz;
    squash = random.nextDouble(0.8, 1.25);
    coreRadius = radius * random.nextDouble(0.4, 0.62);
    rim = random.nextDouble(2, 4.5);
    boolean enhancing = random.nextDouble() < 0.75;
    enhancement = enhancing ? random.nextDouble(0.5, 1) : random.nextDouble(0.1);
    necrotic = enhancing && random.nextDouble() < 0.75;
    strength = random.nextDouble(0.6, 0.95);
    push = new MassEffect(x, y, z, 1.5 * radius, random.nextDouble(0.2, 0.5));
    bulge = new WaveField(random.split(), 7, 1.1 * radius, 2.6 * radius);
    fingers = new WaveField(random.split(), 10, 11, 24);
    coreShape = new WaveField(random.split(), 8, 10, 26);
    texture = new WaveField(random.split(), 10, 9, 30);
  }

  @Override
  public MassEffect massEffect() {
    return push;
  }

  @Override
  public double cover(double px, double py, double pz, double hullDepth, Anatomy.Place place) {
    double distance = Shape.length((px - x) * squash, (py - y) / squash, pz - z);
    if (distance > 1.8 * radius) {
      return 0;
    }
    double shape = 0.16 * radius * bulge.at(px, py, pz);
    double core = distance - coreRadius + 0.6 * shape + 1.2 * coreShape.at(px, py, pz);
    double grey = place.fraction[Tissue.GREY.index];
    double deep = place.fraction[Tissue.DEEP_GREY.index];
    double csf = place.fraction[Tissue.CSF.index] + place.fraction[Tissue.PLEXUS.index];
    double spread = distance - radius + shape + 2.6 * fingers.at(px, py, pz);
    double oedema =
        Shape.inside(spread + 5 * grey + 4 * deep, 1.8)
            * (1 - Shape.smoothStep(0.3, 0.8, csf))
            * (1 - 0.35 * grey);
    double solid = Shape.inside(core, 1.0) * Shape.smoothStep(0.5, 2.5, hullDepth);
    place.cover(Tissue.OEDEMA, Math.max(oedema, solid));
    place.cover(Tissue.ENHANCING, enhancement * solid);
    if (necrotic) {
      double inner = core + rim + 0.8 * coreShape.at(pz, px, py);
      place.cover(Tissue.NECROSIS, 0.9 * Shape.inside(inner, 1.2));
    }
    return Math.max(oedema, solid);
  }

  @Override
  public double strength(double px, double py, double pz) {
    return strength * (1 + 0.16 * texture.at(px, py, pz));
  }
}
