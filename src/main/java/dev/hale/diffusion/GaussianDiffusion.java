package dev.hale.diffusion;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The forward process, its posterior and the training losses on batches whose images stand at
 * different levels. Sampling, where a batch shares its level, is in {@link DdimSampler} and {@link
 * DdpmSampler}. Level arguments are int64 {@code [N]} indices of {@code chain}.
 *
 * @param chain the levels
 * @param prediction what the network predicts
 * @param variance whose the reverse variance is
 */
public record GaussianDiffusion(DiffusionChain chain, Prediction prediction, Variance variance) {

  /**
   * Mean and log-variance of a Gaussian, and the clean image they rest on, {@code [N, C, H, W]}.
   */
  public record Reverse(Tensor mean, Tensor logVariance, Tensor predX0) {}

  /**
   * Losses of each image, {@code [N]}.
   *
   * @param mse mean squared error of the prediction
   * @param vlb term of the variational bound, bits per dimension; null without learned variance
   * @param total what is minimised: their sum
   */
  public record Losses(Tensor mse, Tensor vlb, Tensor total) {}

  /** A level's number, at each image's level, ready to multiply {@code [N, C, H, W]}. */
  private interface OfLevel {
    double value(int level);
  }

  private Tensor at(Tensor levels, OfLevel function) {
    float[] table = new float[chain.length()];
    for (int i = 0; i < table.length; i++) {
      table[i] = (float) function.value(i);
    }
    Tensor values = torch.tensor(table).to(levels.device(), torch.ScalarType.Float);
    return values.index_select(0, levels).reshape(-1, 1, 1, 1);
  }

  /** x_t ~ q(x_t | x_0) for given noise: √ᾱ x_0 + √(1-ᾱ) ε. */
  public Tensor qSample(Tensor x0, Tensor levels, Tensor noise) {
    return at(levels, i -> Math.sqrt(chain.alphaCumprod(i)))
        .mul(x0)
        .add(at(levels, i -> Math.sqrt(1 - chain.alphaCumprod(i))).mul(noise));
  }

  /** Mean of q(x_{t-1} | x_t, x_0) (Ho et al. 2020, eq. 7). */
  public Tensor posteriorMean(Tensor x0, Tensor xt, Tensor levels) {
    Tensor fromX0 =
        at(
            levels,
            i ->
                chain.beta(i) * Math.sqrt(chain.alphaCumprod(i - 1)) / (1 - chain.alphaCumprod(i)));
    Tensor fromXt =
        at(
            levels,
            i ->
                (1 - chain.alphaCumprod(i - 1))
                    * Math.sqrt(1 - chain.beta(i))
                    / (1 - chain.alphaCumprod(i)));
    return fromX0.mul(x0).add(fromXt.mul(xt));
  }

  /** What the network should have said, for given x_0 and noise. */
  public Tensor target(Tensor x0, Tensor levels, Tensor noise) {
    return switch (prediction) {
      case EPSILON -> noise;
      case X0 -> x0;
      case V ->
          at(levels, i -> Math.sqrt(chain.alphaCumprod(i)))
              .mul(noise)
              .sub(at(levels, i -> Math.sqrt(1 - chain.alphaCumprod(i))).mul(x0));
    };
  }

  /** x̂_0 from x_t and the network's prediction (its first C channels). */
  public Tensor predictX0(Tensor xt, Tensor levels, Tensor predicted) {
    return switch (prediction) {
      case EPSILON ->
          at(levels, i -> 1 / Math.sqrt(chain.alphaCumprod(i)))
              .mul(xt)
              .sub(at(levels, i -> Math.sqrt(1 / chain.alphaCumprod(i) - 1)).mul(predicted));
      case X0 -> predicted;
      case V ->
          at(levels, i -> Math.sqrt(chain.alphaCumprod(i)))
              .mul(xt)
              .sub(at(levels, i -> Math.sqrt(1 - chain.alphaCumprod(i))).mul(predicted));
    };
  }

  /**
   * p(x_{t-1} | x_t) as the network has it.
   *
   * @param output the network's output {@code [N, C or 2C, H, W]}
   * @param clamp whether x̂_0 is held in [-1, 1]
   */
  public Reverse reverse(Tensor output, Tensor xt, Tensor levels, boolean clamp) {
    long channels = xt.size(1);
    Tensor predX0 = predictX0(xt, levels, output.narrow(1, 0, channels));
    if (clamp) {
      predX0 = predX0.clamp_min(scalar(-1)).clamp_max(scalar(1));
    }
    Tensor logVariance =
        switch (variance) {
          case LEARNED_RANGE -> {
            Tensor low = at(levels, chain::posteriorLogVariance);
            Tensor high = at(levels, i -> Math.log(chain.beta(i)));
            Tensor fraction =
                output.narrow(1, channels, channels).add(new Scalar(1.0)).mul(new Scalar(0.5));
            yield low.add(fraction.mul(high.sub(low)));
          }
          case FIXED_SMALL -> at(levels, chain::posteriorLogVariance).expand_as(xt);
          case FIXED_LARGE ->
              at(levels, i -> i == 0 ? chain.posteriorLogVariance(0) : Math.log(chain.beta(i)))
                  .expand_as(xt);
        };
    return new Reverse(posteriorMean(predX0, xt, levels), logVariance, predX0);
  }

  /**
   * The losses that training minimises: the mean squared error, and, with learned variance, the
   * variational term with the mean detached (Nichol and Dhariwal 2021, section 3.1).
   *
   * @param output the network's output at {@code xt}
   * @param noise what {@code xt} was made with
   */
  public Losses losses(Tensor output, Tensor x0, Tensor xt, Tensor levels, Tensor noise) {
    long channels = x0.size(1);
    Tensor predicted = output.narrow(1, 0, channels);
    Tensor mse = meanOverImage(torch.pow(predicted.sub(target(x0, levels, noise)), scalar(2)));
    if (variance != Variance.LEARNED_RANGE) {
      return new Losses(mse, null, mse);
    }
    Tensor detachedMean =
        torch.cat(new TensorVector(predicted.detach(), output.narrow(1, channels, channels)), 1);
    Tensor vlb = variationalTerm(detachedMean, x0, xt, levels);
    return new Losses(mse, vlb, mse.add(vlb));
  }

  /**
   * The min-SNR-γ weights of the mean squared error, so that no level outweighs the others (Hang et
   * al. 2023, "Efficient diffusion training via min-SNR weighting strategy"): min(SNR, γ) for x0,
   * divided by SNR for ε and by SNR + 1 for v, where SNR = ᾱ / (1 - ᾱ).
   *
   * @param gamma γ, above 0; 5 in the paper
   * @return {@code [N]}
   */
  public Tensor minSnrWeights(Tensor levels, double gamma) {
    return at(
            levels,
            i -> {
              double snr = chain.alphaCumprod(i) / (1 - chain.alphaCumprod(i));
              double least = Math.min(snr, gamma);
              return switch (prediction) {
                case EPSILON -> least / snr;
                case X0 -> least;
                case V -> least / (snr + 1);
              };
            })
        .flatten(0, -1);
  }

  /** KL(q ‖ p), or at level 0 the decoder's negative log-likelihood; bits per dimension. */
  private Tensor variationalTerm(Tensor output, Tensor x0, Tensor xt, Tensor levels) {
    Tensor trueMean = posteriorMean(x0, xt, levels);
    Tensor trueLogVariance = at(levels, chain::posteriorLogVariance);
    Reverse model = reverse(output, xt, levels, false);
    Tensor logRatio = model.logVariance().sub(trueLogVariance);
    Tensor kl =
        logRatio
            .sub(scalar(1))
            .add(logRatio.neg().exp())
            .add(
                torch
                    .pow(trueMean.sub(model.mean()), scalar(2))
                    .mul(model.logVariance().neg().exp()))
            .mul(scalar(0.5));
    Tensor nll = discretisedNegativeLogLikelihood(x0, model);
    Tensor first = levels.eq(scalar(0));
    return torch.where(first, meanOverImage(nll), meanOverImage(kl)).div(scalar(Math.log(2)));
  }

  /** −log p(x_0) of 8-bit values under a Gaussian (Ho et al. 2020, section 3.3). */
  private static Tensor discretisedNegativeLogLikelihood(Tensor x0, Reverse model) {
    Tensor centred = x0.sub(model.mean());
    Tensor inverse = model.logVariance().mul(scalar(-0.5)).exp();
    Tensor upper = normalCdf(inverse.mul(centred.add(scalar(1.0 / 255))));
    Tensor lower = normalCdf(inverse.mul(centred.sub(scalar(1.0 / 255))));
    Tensor logUpper = upper.clamp_min(scalar(1e-12)).log();
    Tensor logAbove = lower.neg().add(scalar(1)).clamp_min(scalar(1e-12)).log();
    Tensor logBetween = upper.sub(lower).clamp_min(scalar(1e-12)).log();
    return torch
        .where(
            x0.lt(scalar(-0.999)),
            logUpper,
            torch.where(x0.gt(scalar(0.999)), logAbove, logBetween))
        .neg();
  }

  /** The tanh approximation that the reference uses. */
  private static Tensor normalCdf(Tensor x) {
    Tensor cubic = torch.pow(x, scalar(3)).mul(scalar(0.044715)).add(x);
    return cubic.mul(scalar(Math.sqrt(2 / Math.PI))).tanh().add(scalar(1)).mul(scalar(0.5));
  }

  private static Tensor meanOverImage(Tensor x) {
    return x.flatten(1, -1).mean(1);
  }

  private static Scalar scalar(double value) {
    return new Scalar(value);
  }
}
