package dev.hale.data.phantom;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Multiple sclerosis: 5 to 30 ovoids with long axes of 4 to 14 mm, those at the ventricles standing
 * on the wall ("Dawson's fingers"), the others under the cortex and in deep white matter.
 */
final class Plaques implements Lesions {
  /** One ovoid; (ux, uy, uz) is the unit vector of its long axis, lengths are half-axes in mm. */
  private record Ovoid(
      double x, double y, double z, double ux, double uy, double uz, double along, double across) {
    double distance(double px, double py, double pz, double wobble) {
      double dx = px - x;
      double dy = py - y;
      double dz = pz - z;
      double a = dx * ux + dy * uy + dz * uz;
      double b2 = Math.max(0, dx * dx + dy * dy + dz * dz - a * a);
      double k = Math.sqrt(a * a / (along * along) + b2 / (across * across));
      return (k - 1) * across + wobble;
    }
  }

  private final List<Ovoid> ovoids = new ArrayList<>();
  private final double[] strengths;
  private final WaveField wobble;

  Plaques(SplittableRandom random, Anatomy anatomy, double sliceSpacing, double slicePhase) {
    int count = random.nextInt(5, 31);
    wobble = new WaveField(random.split(), 8, 5, 12);
    strengths = new double[count];
    Anatomy.Place place = new Anatomy.Place();
    double atVentricle = random.nextDouble(0.4, 0.7);
    for (int attempt = 0; ovoids.size() < count && attempt < 200_000; attempt++) {
      boolean periventricular = random.nextDouble() < atVentricle;
      double x = random.nextDouble(-55, 55);
      double y = random.nextDouble(-70, 60);
      double z = random.nextDouble(-10, 58);
      // Centres lie near slices, for one that falls between two slices would not be seen.
      double slice = Math.rint((z - slicePhase) / sliceSpacing) * sliceSpacing + slicePhase;
      z = slice + random.nextDouble(-1.2, 1.2);
      double hull = anatomy.hullDepth(x, y, z);
      double along = 2 + 5 * Math.sqrt(random.nextDouble()) * random.nextDouble(0.5, 1);
      double across = Math.max(1.6, along * random.nextDouble(0.45, 0.75));
      if (hull > 5 && fits(x, y, z, hull, along, periventricular, anatomy, place)) {
        double[] axis = axis(x, y, z, periventricular, random, anatomy, place);
        strengths[ovoids.size()] = random.nextDouble(0.55, 1.15);
        ovoids.add(new Ovoid(x, y, z, axis[0], axis[1], axis[2], along, across));
      }
    }
  }

  private boolean fits(
      double x,
      double y,
      double z,
      double hull,
      double along,
      boolean periventricular,
      Anatomy anatomy,
      Anatomy.Place place) {
    for (Ovoid other : ovoids) {
      if (Shape.length(x - other.x, y - other.y, z - other.z) < along + other.along) {
        return false;
      }
    }
    anatomy.at(x, y, z, hull, place);
    if (place.fraction[Tissue.WHITE.index] < 0.8) {
      return false;
    }
    return periventricular
        ? place.ventricle > 0.5 * along && place.ventricle < along + 0.5
        : place.ventricle > along + 3;
  }

  private static double[] axis(
      double x,
      double y,
      double z,
      boolean periventricular,
      SplittableRandom random,
      Anatomy anatomy,
      Anatomy.Place place) {
    double ax = random.nextDouble(-1, 1);
    double ay = random.nextDouble(-1, 1);
    double az = random.nextDouble(-0.3, 0.3);
    if (periventricular) { // along the gradient of the distance to the wall
      ax = ventricle(x + 1, y, z, anatomy, place) - ventricle(x - 1, y, z, anatomy, place);
      ay = ventricle(x, y + 1, z, anatomy, place) - ventricle(x, y - 1, z, anatomy, place);
      az = 0.3 * (ventricle(x, y, z + 1, anatomy, place) - ventricle(x, y, z - 1, anatomy, place));
    }
    double norm = Shape.length(ax, ay, az) + 1e-9;
    return new double[] {ax / norm, ay / norm, az / norm};
  }

  private static double ventricle(
      double x, double y, double z, Anatomy anatomy, Anatomy.Place place) {
    anatomy.at(x, y, z, 20, place);
    return place.ventricle;
  }

  @Override
  public double cover(double x, double y, double z, double hullDepth, Anatomy.Place place) {
    int nearest = nearest(x, y, z);
    double distance = ovoids.get(nearest).distance(x, y, z, 0);
    if (distance > 2.5) {
      return 0;
    }
    double csf = place.fraction[Tissue.CSF.index] + place.fraction[Tissue.PLEXUS.index];
    double share =
        Shape.inside(distance + 0.35 * wobble.at(x, y, z), 1.0)
            * (1 - Shape.smoothStep(0.3, 0.8, csf));
    place.cover(Tissue.PLAQUE, share);
    return share;
  }

  @Override
  public double strength(double x, double y, double z) {
    return strengths[nearest(x, y, z)];
  }

  private int nearest(double x, double y, double z) {
    int nearest = 0;
    double least = Double.MAX_VALUE;
    for (int i = 0; i < ovoids.size(); i++) {
      Ovoid ovoid = ovoids.get(i);
      if (Math.abs(ovoid.x - x) + Math.abs(ovoid.y - y) + Math.abs(ovoid.z - z) < 40) {
        double distance = ovoid.distance(x, y, z, 0);
        if (distance < least) {
          least = distance;
          nearest = i;
        }
      }
    }
    return nearest;
  }
}
