package dev.hale.data.phantom;

import java.util.SplittableRandom;

/** How the head lies in the scanner: up to 5 degrees of turn and tilt and 3 mm of shift. */
final class Pose {
  /** Height in millimetres above the origin between the thalami which the grid's centre shows. */
  static final double CENTRE = 22;

  private final double[] rotation;
  private final double shiftX;
  private final double shiftY;

  Pose(SplittableRandom random) {
    double turn = random.nextDouble(-5, 5) / 360;
    double tilt = random.nextDouble(-5, 5) / 360;
    double s = WaveField.sine(turn);
    double c = WaveField.sine(turn + 0.25);
    double t = WaveField.sine(tilt);
    double d = WaveField.sine(tilt + 0.25);
    rotation = new double[] {c, -s, 0, s * d, c * d, -t, s * t, c * t, d};
    shiftX = random.nextDouble(-3, 3);
    shiftY = random.nextDouble(-3, 3);
  }

  /** Head coordinates, in millimetres, of a voxel's centre. */
  void toHead(PhantomOptions options, int voxel, double[] head) {
    int i = voxel % options.width();
    int j = voxel / options.width() % options.height();
    int k = voxel / options.width() / options.height();
    double x = (i - 0.5 * (options.width() - 1)) * options.pixelSize() + shiftX;
    double y = (j - 0.5 * (options.height() - 1)) * options.pixelSize() + shiftY;
    double z = (k - 0.5 * (options.slices() - 1)) * options.sliceSpacing();
    head[0] = rotation[0] * x + rotation[1] * y + rotation[2] * z;
    head[1] = rotation[3] * x + rotation[4] * y + rotation[5] * z;
    head[2] = rotation[6] * x + rotation[7] * y + rotation[8] * z + CENTRE;
  }
}
