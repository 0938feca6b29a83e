package dev.hale.engine.kernels;

import java.util.Random;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Random slices with a mask and intensities, and their images by two slow twins. */
final class SlicesCase {
  private final Random random;
  private final Tensor slices;
  private final Tensor mask;
  private final double[] lower;
  private final double[] upper;
  private final int images;
  private final int channels;
  private final int[] size;
  private final int[] padded;

  SlicesCase(long seed) {
    random = new Random(seed);
    images = 1 + random.nextInt(3);
    channels = 1 + random.nextInt(6);
    size = new int[] {1 + random.nextInt(24), 1 + random.nextInt(24)};
    padded = new int[] {size[0] + random.nextInt(9), size[1] + random.nextInt(9)};
    lower = new double[images * channels];
    upper = new double[images * channels];
    for (int i = 0; i < lower.length; i++) {
      lower[i] = 2000 * random.nextDouble() - 1000;
      upper[i] = lower[i] + 1 + 500 * random.nextDouble();
    }
    Tensor from = Tensor.create(lower).view(images, channels, 1, 1);
    Tensor range = Tensor.create(upper).view(images, channels, 1, 1).sub(from);
    Tensor share = torch.rand(images, channels, size[0], size[1]).mul(new Scalar(1.2));
    Tensor values = range.mul(share.sub(new Scalar(0.1))).add(from).to(ScalarType.Float);
    slices = Layout.ofInput(random).of(values);
    boolean masked = random.nextInt(3) > 0;
    Tensor shown = torch.rand(images, size[1], size[0]).gt(new Scalar(0.3)).transpose(1, 2);
    mask = masked ? random.nextBoolean() ? shown : shown.to(ScalarType.Byte) : null;
  }

  /** Somewhere for the images, in any layout. */
  Tensor out(ScalarType type) {
    Layout layout = random.nextBoolean() ? Layout.CHANNELS_LAST : Layout.ofResult(random);
    return layout.empty(images, channels, padded[0], padded[1]).to(type);
  }

  void run(Kernels kernels, Tensor out) {
    kernels.prepareSlices(slices, mask, lower, upper, out);
  }

  /** As {@code dev.hale.scan.SliceFrame} scales, one voxel at a time. */
  float[] plainJava() {
    float[] x = KernelsContract.values(slices);
    float[] shown = mask == null ? null : KernelsContract.values(mask.to(ScalarType.Float));
    int area = size[0] * size[1];
    float[] image = new float[images * channels * padded[0] * padded[1]];
    for (int p = 0; p < image.length; p++) {
      int i = p / (padded[0] * padded[1]);
      int row = p / padded[1] % padded[0] - (padded[0] - size[0]) / 2;
      int column = p % padded[1] - (padded[1] - size[1]) / 2;
      boolean inside = row >= 0 && row < size[0] && column >= 0 && column < size[1];
      int at = row * size[1] + column;
      image[p] = -1;
      if (inside && (shown == null || shown[i / channels * area + at] != 0)) {
        double scale = 2 / (upper[i] - lower[i]);
        double scaled = (x[i * area + at] - lower[i]) * scale - 1;
        image[p] = (float) Math.min(1, Math.max(-1, scaled));
      }
    }
    return image;
  }

  /** In double precision. */
  Tensor libTorch() {
    Tensor from = Tensor.create(lower).view(images, channels, 1, 1);
    Tensor range = Tensor.create(upper).view(images, channels, 1, 1).sub(from);
    Tensor scaled = slices.to(ScalarType.Double).sub(from).mul(new Scalar(2.0)).div(range);
    Tensor image =
        scaled.sub(new Scalar(1.0)).clamp_min(new Scalar(-1.0)).clamp_max(new Scalar(1.0));
    if (mask != null) {
      image = image.masked_fill(mask.unsqueeze(1).eq(new Scalar(0)), new Scalar(-1.0));
    }
    int top = (padded[0] - size[0]) / 2;
    int left = (padded[1] - size[1]) / 2;
    long[] around = {left, padded[1] - size[1] - left, top, padded[0] - size[0] - top};
    return torch.constant_pad_nd(image, around, new Scalar(-1.0));
  }
}
