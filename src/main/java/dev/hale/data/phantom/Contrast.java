package dev.hale.data.phantom;

import java.util.List;
import java.util.SplittableRandom;

/**
 * What the scanner makes of tissue: intensities per sequence relative to white matter, with one
 * subject's variation, and the healthy oddities which a threshold takes for lesions.
 */
final class Contrast {
  /** Channel names, in the order of a phantom's scan. */
  static final List<String> CHANNELS = List.of("FLAIR", "T1", "T1c", "T2");

  // WHITE, GREY, DEEP_GREY, PALLIDUM, CSF, PLEXUS, VESSEL, OEDEMA, ENHANCING, NECROSIS, PLAQUE
  private static final double[][] TYPICAL = {
    {1, 1.17, 1.12, 0.96, 0.42, 0.95, 0.75, 1.60, 1.45, 0.95, 1.60},
    {1, 0.74, 0.82, 0.94, 0.30, 0.60, 0.65, 0.72, 0.74, 0.45, 0.72},
    {1, 0.76, 0.84, 0.95, 0.30, 1.35, 1.55, 0.73, 1.55, 0.46, 0.74},
    {1, 1.38, 1.22, 0.88, 2.40, 1.90, 0.80, 1.75, 1.60, 2.10, 1.75},
  };

  private final double[][] intensity = new double[CHANNELS.size()][Tissue.COUNT];
  private final double rim;
  private final double rimWidth;
  private final double caps;
  private final double patch;
  private final double haze;
  private final WaveField patches;
  private final WaveField hazes;
  private final WaveField texture;

  Contrast(SplittableRandom random) {
    for (int c = 0; c < intensity.length; c++) {
      for (int t = 0; t < Tissue.COUNT; t++) {
        intensity[c][t] = TYPICAL[c][t] * random.nextDouble(0.97, 1.03);
      }
      double spread = random.nextDouble(0.8, 1.25); // of grey and white matter
      for (int t = 0; t < Tissue.CSF.index; t++) {
        intensity[c][t] = 1 + spread * (intensity[c][t] - 1);
      }
    }
    rim = random.nextDouble(0.1, 0.35);
    rimWidth = random.nextDouble(1.2, 3);
    caps = random.nextDouble(0.1, 0.4);
    patch = random.nextDouble(0.08, 0.18);
    haze = random.nextDouble(0.03, 0.08);
    patches = new WaveField(random.split(), 8, 18, 50);
    hazes = new WaveField(random.split(), 8, 20, 60);
    texture = new WaveField(random.split(), 10, 4, 10);
  }

  /**
   * Noiseless intensity of a voxel in every channel, white matter near 1.
   *
   * @param signal receives one value per channel
   */
  void signal(TissueMap map, int voxel, double x, double y, double z, double[] signal) {
    double white = map.fraction[Tissue.WHITE.index][voxel];
    double grey = map.fraction[Tissue.GREY.index][voxel];
    double strength = map.lesionStrength[voxel];
    for (int c = 0; c < signal.length; c++) {
      double sum = 0;
      for (int t = 0; t < Tissue.COUNT; t++) {
        double f = map.fraction[t][voxel];
        if (f > 0) {
          double value = intensity[c][t];
          if (t == Tissue.OEDEMA.index || t == Tissue.PLAQUE.index) {
            value = intensity[c][0] + strength * (value - intensity[c][0]);
          }
          sum += f * value;
        }
      }
      signal[c] = sum;
    }
    double grain = 1 + 0.018 * texture.at(x, y, z);
    double wall = map.ventricleDistance[voxel];
    double bright = 0;
    if (wall < 12) {
      double horn = Shape.smoothStep(18, 34, y) + Shape.smoothStep(-34, -48, y);
      bright += rim * (1 - Shape.smoothStep(0.3 * rimWidth, 1.6 * rimWidth, wall));
      bright += caps * horn * (1 - Shape.smoothStep(1, 8, wall));
    }
    bright *= white;
    bright += grey * patch * Math.max(-1, patches.at(x, y, z));
    bright += white * haze * hazes.at(x, y, z);
    signal[0] *= grain * (1 + bright);
    signal[1] *= grain * (1 - 0.25 * bright);
    signal[2] *= grain * (1 - 0.25 * bright);
    signal[3] *= grain * (1 + 0.5 * bright);
  }
}
