package dev.hale.diffusion;

import dev.hale.engine.kernels.StepCoefficients;
import dev.hale.engine.kernels.StepCoefficients.Level;
import dev.hale.engine.kernels.StepCoefficients.Next;

/**
 * DDIM in both directions (Song, Meng and Ermon, ICLR 2021): the same step encodes an image to
 * noise or decodes it, with classifier guidance of ε̂ (Dhariwal and Nichol 2021, algorithm 2) and
 * noise on request.
 */
public final class DdimSampler implements StepwiseSampler {
  /** Its name. */
  public static final String NAME = "ddim";

  /** The one there needs to be. */
  public static final DdimSampler DDIM = new DdimSampler();

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean encodes() {
    return true;
  }

  @Override
  public boolean takesEta() {
    return true;
  }

  @Override
  public StepCoefficients step(ChainStep step, Sampling how) {
    double a = step.from();
    double to = step.to();
    double eta = how.eta();
    if (eta != 0 && to < a) {
      throw new IllegalArgumentException(
          "eta must be 0 in a chain that goes up: noise cannot be added while encoding, eta is "
              + eta);
    }
    double sigma =
        eta == 0 ? 0 : eta * Math.sqrt((1 - to) / (1 - a)) * Math.sqrt(1 - a / to); // eq. 16
    Prediction prediction = how.output().prediction();
    Next next = // eq. 12
        Next.x0(Math.sqrt(to)).plusEps(Math.sqrt(1 - to - sigma * sigma)).plusNoise(sigma);
    Level level = Level.of(a);
    return new StepCoefficients(
        a == 1 ? StepCoefficients.Estimate.X : prediction.x0(step.seen()), // a clean image is x0
        prediction.epsilon(step.seen()),
        level,
        how.output().clamp() && a < 1,
        how.guidanceScale() * level.noise(),
        null,
        next);
  }
}
