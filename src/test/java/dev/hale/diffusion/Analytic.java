package dev.hale.diffusion;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Denoisers in closed form: what a perfectly trained network would say. */
final class Analytic {
  private Analytic() {}

  /**
   * A network that takes the noise for {@code epsilon} whatever it is shown, and says so in the
   * given parameterisation of the image it is shown.
   */
  static Denoiser oracle(NoiseSchedule schedule, Prediction prediction, Tensor epsilon) {
    double[] alphasCumprod = schedule.alphasCumprod();
    return (x, timesteps) -> {
      double a = alphasCumprod[(int) timesteps.select(0, 0).item_long()];
      Tensor x0 =
          x.sub(epsilon.mul(new Scalar(Math.sqrt(1 - a)))).mul(new Scalar(1 / Math.sqrt(a)));
      return switch (prediction) {
        case EPSILON -> epsilon;
        case X0 -> x0;
        case V -> epsilon.mul(new Scalar(Math.sqrt(a))).sub(x0.mul(new Scalar(Math.sqrt(1 - a))));
      };
    };
  }

  /**
   * The ε-network of images whose pixels are independent normals: E[ε | x_t] = √(1-ᾱ) (x_t - √ᾱ
   * mean) / (ᾱ deviation² + 1 - ᾱ).
   */
  static Denoiser gaussian(NoiseSchedule schedule, double mean, double deviation) {
    double[] alphasCumprod = schedule.alphasCumprod();
    return (x, timesteps) -> {
      double a = alphasCumprod[(int) timesteps.select(0, 0).item_long()];
      double gain = Math.sqrt(1 - a) / (a * deviation * deviation + 1 - a);
      return x.sub(new Scalar(Math.sqrt(a) * mean), new Scalar(1.0)).mul(new Scalar(gain));
    };
  }

  /** The same, with a learned variance at a fixed place between β̃ (-1) and β (1). */
  static Denoiser gaussian(NoiseSchedule schedule, double mean, double deviation, double place) {
    Denoiser plain = gaussian(schedule, mean, deviation);
    return (x, timesteps) ->
        torch.cat(
            new TensorVector(plain.predict(x, timesteps), torch.full_like(x, new Scalar(place))),
            1);
  }

  /** Images at a level of the chain, from clean images with such pixels. */
  static Tensor noisyGaussian(
      DiffusionChain chain, int level, double mean, double deviation, long... shape) {
    double a = chain.alphaCumprod(level);
    return torch
        .randn(shape)
        .mul(new Scalar(Math.sqrt(a * deviation * deviation + 1 - a)))
        .add(new Scalar(Math.sqrt(a) * mean), new Scalar(1.0));
  }
}
