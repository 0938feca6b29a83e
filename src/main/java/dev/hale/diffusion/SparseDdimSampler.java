package dev.hale.diffusion;

import dev.hale.engine.Scope;
import dev.hale.engine.kernels.Kernels;
import dev.hale.engine.kernels.StepCoefficients;
import dev.hale.engine.kernels.StepCoefficients.Estimate;
import dev.hale.engine.kernels.StepOutputs;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * DDIM, in both directions, that calls the network in a few of its steps only. In x̄ = x/√ᾱ and σ =
 * √(1/ᾱ − 1) a step is x̄ + ε̂ Δσ (Song et al. 2021, eq. 14); where the network is not called, ε̂
 * follows the polynomial through the last calls, as in Adams and Bashforth's method (DEIS, Zhang
 * and Chen, ICLR 2023, arXiv 2204.13902), but summed over DDIM's own steps instead of integrated:
 * the chain keeps DDIM's error, and with a call in every step it is DDIM. The polynomial is one in
 * the angle arctan σ, of which √ᾱ is the cosine: σ itself grows without bound towards noise. Once
 * the next call is known, the steps since the last one are taken again, now between calls instead
 * of beyond them (the corrector of UniPC, Zhao et al., NeurIPS 2023, arXiv 2302.04867), which costs
 * no call.
 */
public final class SparseDdimSampler implements Sampler {
  /** Its name. */
  public static final String NAME = "sparse-ddim";

  /** The one there needs to be. */
  public static final SparseDdimSampler SPARSE_DDIM = new SparseDdimSampler();

  private static final double CROWDING = 1.5; // near the clean image ε̂ turns fastest
  private static final int AHEAD = 2; // calls that steps beyond the last one go by
  private static final int BETWEEN = 3; // calls that steps between calls go by

  /** ε̂ where the network was called. */
  private record Call(double angle, Tensor epsilon) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean encodes() {
    return true;
  }

  @Override
  public void require(Sampling how) {
    if (how.output().clamp() || how.eta() != 0 || how.composing() != null) {
      throw new IllegalArgumentException(
          "sparse-ddim takes no clamping, no noise (eta) and no composition; ddim does");
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>The observer sees the image before each further call and at the end, and as a step all that
   * led there.
   */
  @Override
  public Tensor sample(Denoiser model, Tensor x, List<ChainStep> chain, Sampling how) {
    require(how);
    int calls = how.calls() == 0 ? chain.size() : how.calls();
    int[] places = places(chain, calls);
    List<Call> known = new ArrayList<>(); // the latest first
    try (Scope all = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor current = x.clone();
      Tensor atLastCall = torch.empty_like(x);
      List<ChainStep> behind = List.of();
      for (int k = 0; k < calls; k++) {
        List<ChainStep> ahead = chain.subList(places[k], places[k + 1]);
        try (Scope scope = new Scope()) {
          Tensor epsilon = epsilon(model, current, ahead.get(0), how);
          known.add(
              0,
              new Call(
                  angle(ahead.get(0)),
                  scope.keep(epsilon.contiguous(current.suggest_memory_format()))));
          if (!behind.isEmpty()) {
            follow(how.kernels(), atLastCall, behind, known, current);
          }
          atLastCall.copy_(current);
          List<Call> latest = known.subList(0, Math.min(AHEAD, known.size()));
          follow(how.kernels(), atLastCall, ahead, latest, current);
          if (known.size() == BETWEEN) {
            known.remove(BETWEEN - 1).epsilon().close();
          }
          how.observer().onStep(whole(ahead, k, calls), current);
        }
        behind = ahead;
      }
      return all.keep(current);
    }
  }

  /**
   * The steps that call the network, and behind them the chain's length: ever closer towards the
   * chain's clean end.
   *
   * @throws IllegalArgumentException if there are fewer steps than calls
   */
  static int[] places(List<ChainStep> chain, int calls) {
    int steps = chain.size();
    if (calls < 1 || calls > steps) {
      throw new IllegalArgumentException(
          "the network cannot be called in %d of %d steps".formatted(calls, steps));
    }
    boolean up = chain.get(0).to() < chain.get(0).from();
    int[] places = new int[calls + 1];
    int fromClean = 0;
    for (int k = 1; k <= calls; k++) {
      int wanted = (int) (steps * Math.pow((double) k / calls, CROWDING));
      fromClean = Math.max(fromClean + 1, wanted);
      places[up ? k : calls - k] = up ? fromClean : steps - fromClean;
    }
    places[up ? 0 : calls] = up ? 0 : steps;
    return places;
  }

  private static Tensor epsilon(Denoiser model, Tensor x, ChainStep step, Sampling how) {
    Tensor timesteps = StepwiseSampler.timesteps(x, step);
    Tensor output = model.predict(x, timesteps).narrow(1, 0, x.size(1));
    Estimate read = how.output().prediction().epsilon(step.seen());
    Tensor epsilon =
        read.equals(Estimate.OUTPUT)
            ? output
            : output.mul(new Scalar(read.fromOutput())).add(x, new Scalar(read.fromX()));
    if (how.guidance() == null) {
      return epsilon;
    }
    return epsilon.sub(
        how.guidance().gradient(x, timesteps),
        new Scalar(how.guidanceScale() * Math.sqrt(1 - step.from())));
  }

  /** All steps at once: x̄ + Σ ε̂ Δσ is one step with the mean ε̂. */
  private static void follow(
      Kernels kernels, Tensor from, List<ChainStep> steps, List<Call> known, Tensor to) {
    double[] weights = weights(known.stream().mapToDouble(Call::angle).toArray(), steps);
    Tensor mean = known.get(0).epsilon().mul(new Scalar(weights[0]));
    for (int j = 1; j < weights.length; j++) {
      mean.add_(known.get(j).epsilon(), new Scalar(weights[j]));
    }
    Sampling plain = Sampling.of(kernels, Prediction.EPSILON);
    StepCoefficients ddim = DdimSampler.DDIM.step(whole(steps, 0, 1), plain);
    kernels.denoiseStep(from, mean, null, null, ddim, StepOutputs.next(to));
  }

  private static ChainStep whole(List<ChainStep> steps, int index, int length) {
    ChainStep first = steps.get(0);
    double to = steps.get(steps.size() - 1).to();
    return new ChainStep(
        first.timestep(), first.seen(), first.from(), to, Double.NaN, index, length);
  }

  private static double sigma(double alphaCumprod) {
    return Math.sqrt(1 / alphaCumprod - 1);
  }

  /** Where a step begins, from 0 for a clean image to π/2 for noise. */
  private static double angle(ChainStep step) {
    return Math.acos(Math.sqrt(step.from()));
  }

  /**
   * What each call counts in the mean ε̂ of some steps: the mean, over the steps by their Δσ, of
   * the polynomial in the angle that is 1 at its own call and 0 at the others, where each step
   * begins.
   *
   * @param angles where the calls were
   */
  static double[] weights(double[] angles, List<ChainStep> steps) {
    double[] weights = new double[angles.length];
    double whole = sigma(steps.get(steps.size() - 1).to()) - sigma(steps.get(0).from());
    for (ChainStep step : steps) {
      double share = (sigma(step.to()) - sigma(step.from())) / whole;
      double at = angle(step);
      for (int j = 0; j < weights.length; j++) {
        double lagrange = 1;
        for (int m = 0; m < angles.length; m++) {
          lagrange *= m == j ? 1 : (at - angles[m]) / (angles[j] - angles[m]);
        }
        weights[j] += lagrange * share;
      }
    }
    return weights;
  }
}
