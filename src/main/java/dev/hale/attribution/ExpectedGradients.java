package dev.hale.attribution;

import dev.hale.attribution.InputGradient.Point;
import dev.hale.attribution.InputGradient.Points;
import dev.hale.engine.Tensors;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntToLongFunction;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The mean, over references x' of a data set and α in [0, 1], of ∂score/∂x at αx + (1-α)x', times
 * (x - x') if so wanted (Erion et al. 2021, eq. 3; Wargnier-Dauchelle et al. 2023). What an image
 * draws depends on its own seed alone.
 *
 * @param references {@code [R, …]}, images like those to be explained; null where the zero image is
 *     the only one. They stay the caller's
 * @param zero whether the zero image is one more reference
 * @param samples k, references drawn an image (with replacement), at least 1
 * @param stratified whether the k values of α lie one in each k-th of [0, 1], in place of anywhere
 * @param timesDelta whether each gradient is multiplied with (x - x')
 * @param seeds of the draws of the image at a place of the batch
 * @param batch images that go through the network together at most; 0 for as many as there are
 */
public record ExpectedGradients(
    Tensor references,
    boolean zero,
    int samples,
    boolean stratified,
    boolean timesDelta,
    IntToLongFunction seeds,
    int batch)
    implements Attribution {
  public ExpectedGradients {
    if (samples < 1 || batch < 0) {
      throw new IllegalArgumentException(
          "samples %d and batch %d, expected at least 1 and 0".formatted(samples, batch));
    }
    if (references == null ? !zero : references.size(0) == 0) {
      throw new IllegalArgumentException("there is no reference to start from");
    }
  }

  @Override
  public Tensor compute(Score score, Tensor x, boolean keepGraph) {
    int count = Math.toIntExact(x.size(0));
    Tensor pool = pool(x);
    long[] chosen = new long[count * samples];
    float[] alpha = new float[count * samples];
    for (int n = 0; n < count; n++) {
      SplittableRandom random = new SplittableRandom(seeds.applyAsLong(n));
      for (int k = 0; k < samples; k++) {
        chosen[k * count + n] = random.nextInt(Math.toIntExact(pool.size(0)));
        double luck = random.nextDouble();
        alpha[k * count + n] = (float) (stratified ? (k + luck) / samples : luck);
      }
    }
    return InputGradient.sum(
        score,
        x,
        points(
            samples,
            count,
            alpha,
            timesDelta,
            (k, first, n) -> {
              long[] rows = Arrays.copyOfRange(chosen, k * count + first, k * count + first + n);
              return pool.index_select(0, torch.tensor(rows).to(x.device(), torch.ScalarType.Long));
            }),
        batch,
        keepGraph);
  }

  private Tensor pool(Tensor x) {
    Tensor nothing = torch.zeros_like(x.narrow(0, 0, 1));
    if (references == null) {
      return nothing;
    }
    Tensor given = references.detach().to(x);
    return zero ? torch.cat(new TensorVector(given, nothing), 0) : given;
  }

  /**
   * Expected gradients with references and α drawn by the caller.
   *
   * @param references {@code [N, k, …]}, those of each image
   * @param alpha {@code [N, k]} in [0, 1]
   * @return shaped like {@code x}
   */
  public static Attribution at(Tensor references, Tensor alpha, boolean timesDelta) {
    int count = Math.toIntExact(alpha.size(0));
    int samples = Math.toIntExact(alpha.size(1));
    float[] alphas = Tensors.values(alpha.t());
    return (score, x, keepGraph) ->
        InputGradient.sum(
            score,
            x,
            points(
                samples,
                count,
                alphas,
                timesDelta,
                (k, first, n) -> references.select(1, k).narrow(0, first, n)),
            0,
            keepGraph);
  }

  /** Finds the k-th references of images {@code first … first + n - 1}. */
  private interface References {
    Tensor of(int k, int first, int n);
  }

  /** Points between images and references; {@code alphas} are {@code [k * count + n]}. */
  private static Points points(
      int samples, int count, float[] alphas, boolean timesDelta, References references) {
    return new Points() {
      @Override
      public int count() {
        return samples;
      }

      @Override
      public Point of(int k, Tensor images, int first) {
        int n = Math.toIntExact(images.size(0));
        int from = k * count + first;
        return new Point(
            references.of(k, first, n),
            Arrays.copyOfRange(alphas, from, from + n),
            timesDelta,
            1.0 / samples);
      }
    };
  }
}
