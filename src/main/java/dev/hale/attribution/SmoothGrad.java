package dev.hale.attribution;

import dev.hale.attribution.InputGradient.Point;
import dev.hale.attribution.InputGradient.Points;
import java.util.SplittableRandom;
import java.util.function.IntToLongFunction;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The mean gradient at noisy copies of the image (Smilkov et al. 2017). What an image's noise is
 * depends on its own seed alone.
 *
 * @param samples noisy copies, at least 1
 * @param noise standard deviation in units of the image, whose values span [-1, 1]; at least 0
 * @param seeds of the noise of the image at a place of the batch
 * @param batch images that go through the network together at most; 0 for as many as there are
 */
public record SmoothGrad(int samples, double noise, IntToLongFunction seeds, int batch)
    implements Attribution {
  public SmoothGrad {
    if (samples < 1 || !(noise >= 0) || batch < 0) {
      throw new IllegalArgumentException(
          "samples %d, noise %s and batch %d, expected at least 1, 0 and 0"
              .formatted(samples, noise, batch));
    }
  }

  @Override
  public Tensor compute(Score score, Tensor x, boolean keepGraph) {
    long[][] drawing = new long[Math.toIntExact(x.size(0))][];
    for (int n = 0; n < drawing.length; n++) {
      drawing[n] = new SplittableRandom(seeds.applyAsLong(n)).longs(samples).toArray();
    }
    Points copies =
        new Points() {
          @Override
          public int count() {
            return samples;
          }

          @Override
          public Point of(int point, Tensor images, int first) {
            TensorVector drawn = new TensorVector();
            for (int n = 0; n < images.size(0); n++) {
              long own = drawing[first + n][point];
              drawn.push_back(normal(own, images.narrow(0, n, 1)));
            }
            Tensor copy = images.add(torch.cat(drawn, 0), new Scalar(noise));
            return new Point(copy, Point.same(0, images.size(0)), false, 1.0 / samples);
          }
        };
    return InputGradient.sum(score, x, copies, batch, keepGraph);
  }

  /** Drawn on the CPU, so that it is the same on every device. */
  private static Tensor normal(long seed, Tensor like) {
    long[] shape = new long[(int) like.dim()];
    for (int d = 0; d < shape.length; d++) {
      shape[d] = like.size(d);
    }
    return torch.randn(shape, new GeneratorOptional(torch.createCPUGenerator(seed))).to(like);
  }
}
