package dev.hale.scan;

/**
 * A linear map from samples along one axis to samples along another: output o is the sum of {@code
 * weights[o][n] * input[first[o] + n]}. Applied along columns, then rows, it resamples an image.
 *
 * @param inputs number of input samples
 * @param first index of the first input sample each output needs
 * @param weights of that sample and the following; none where the output lies outside the input
 */
record Resampling(int inputs, int[] first, float[][] weights) {
  /**
   * From voxels to model pixels: the mean over the pixel's length where pixels are longer than
   * voxels, linear interpolation where they are shorter. What lies outside the voxels counts as 0.
   *
   * @param voxels how many, at 0, 1, … voxel sides
   * @param voxelSide in millimetres
   * @param pixels how many, symmetric about the centre
   * @param pixelSide in millimetres
   * @param centre in voxels
   */
  static Resampling toPixels(
      int voxels, double voxelSide, int pixels, double pixelSide, double centre) {
    double step = pixelSide / voxelSide;
    // Linear interpolation is the mean over a tent one voxel to either side.
    boolean shrink = step >= 1;
    double reach = shrink ? (step + 1) / 2 : 1;
    int[] first = new int[pixels];
    float[][] weights = new float[pixels][];
    for (int p = 0; p < pixels; p++) {
      double position = centre + (p - (pixels - 1) / 2.0) * step;
      int from = Math.max(0, (int) Math.ceil(position - reach - 1e-9));
      int to = Math.min(voxels - 1, (int) Math.floor(position + reach + 1e-9));
      first[p] = from;
      weights[p] = new float[Math.max(0, to - from + 1)];
      for (int v = from; v <= to; v++) {
        double distance = Math.abs(v - position);
        weights[p][v - from] =
            (float)
                (shrink
                    ? Math.max(0, Math.min(1, (step + 1) / 2 - distance)) / step
                    : Math.max(0, 1 - distance));
      }
    }
    return new Resampling(voxels, first, weights);
  }

  /**
   * From model pixels back to voxels by linear interpolation; the outer half of the border pixels
   * continues their value, voxels beyond get no weights. The arguments are those of {@link
   * #toPixels}.
   */
  static Resampling toVoxels(
      int voxels, double voxelSide, int pixels, double pixelSide, double centre) {
    int[] first = new int[voxels];
    float[][] weights = new float[voxels][];
    for (int v = 0; v < voxels; v++) {
      double position = (v - centre) * voxelSide / pixelSide + (pixels - 1) / 2.0;
      if (position < -0.5 - 1e-9 || position > pixels - 0.5 + 1e-9) {
        weights[v] = new float[0];
        continue;
      }
      double inside = Math.min(pixels - 1, Math.max(0, position));
      first[v] = (int) inside;
      float fraction = (float) (inside - first[v]);
      weights[v] = first[v] + 1 < pixels ? new float[] {1 - fraction, fraction} : new float[] {1};
    }
    return new Resampling(pixels, first, weights);
  }

  int outputs() {
    return first.length;
  }

  /** Resamples an image {@code [rows.inputs][columns.inputs]} into the outputs of both. */
  static float[] apply(Resampling rows, Resampling columns, float[] image) {
    int width = columns.outputs();
    float[] narrow = new float[rows.inputs * width];
    for (int r = 0; r < rows.inputs; r++) {
      for (int c = 0; c < width; c++) {
        float[] w = columns.weights[c];
        int from = r * columns.inputs + columns.first[c];
        float sum = 0;
        for (int n = 0; n < w.length; n++) {
          sum += w[n] * image[from + n];
        }
        narrow[r * width + c] = sum;
      }
    }
    float[] out = new float[rows.outputs() * width];
    for (int r = 0; r < rows.outputs(); r++) {
      float[] w = rows.weights[r];
      for (int n = 0; n < w.length; n++) {
        int from = (rows.first[r] + n) * width;
        for (int c = 0; c < width; c++) {
          out[r * width + c] += w[n] * narrow[from + c];
        }
      }
    }
    return out;
  }
}
