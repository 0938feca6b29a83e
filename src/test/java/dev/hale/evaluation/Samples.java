package dev.hale.evaluation;

import java.util.Random;

/** Small random images for the tests; values are coarse so that ties are common. */
record Samples(float[] map, byte[] truth, byte[] region) {
  static Samples random(long seed, int n, int levels, double prevalence) {
    Random random = new Random(seed);
    float[] map = new float[n];
    byte[] truth = new byte[n];
    byte[] region = new byte[n];
    for (int v = 0; v < n; v++) {
      truth[v] = (byte) (random.nextDouble() < prevalence ? 1 + random.nextInt(4) : 0);
      map[v] = (random.nextInt(levels) + (truth[v] != 0 ? levels / 4 : 0)) / (float) levels - 0.5f;
      region[v] = (byte) (random.nextInt(4) > 0 ? 1 : 0);
    }
    return new Samples(map, truth, region);
  }

  static byte[] mask(String rows) {
    String marks = rows.replace(" ", "").replace("\n", "");
    byte[] mask = new byte[marks.length()];
    for (int v = 0; v < mask.length; v++) {
      mask[v] = (byte) (marks.charAt(v) == '#' ? 1 : 0);
    }
    return mask;
  }
}
