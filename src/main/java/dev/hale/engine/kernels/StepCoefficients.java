package dev.hale.engine.kernels;

/**
 * The scalars of one denoising step. They are the same for every element of the batch, and cover
 * the ε, x0 and v parameterisations, DDIM in both directions, and DDPM, with or without guidance.
 *
 * <p>With x the current image, o the network's output, v its learned-variance half, g the
 * classifier's gradient and z noise, each element is computed as
 *
 * <pre>
 * x̂0 = x0FromX·x + x0FromOutput·o
 * ε̂  = epsFromX·x + epsFromOutput·o
 * if clamp and |x̂0| &gt; 1:  x̂0 = ±1,              ε̂ = (x − signal·x̂0) / noise
 * if guided:               ε̂ = ε̂ − guidance·g,   x̂0 = (x − noise·ε̂) / signal   (not clamped again)
 * log σ² = f·maxLogVariance + (1 − f)·minLogVariance,  f = (v + 1)/2            (if learned)
 * next = nextFromX0·x̂0 + nextFromX·x + nextFromEps·ε̂
 *        + meanGuidance·σ²·g + noiseScale·σ·z        (σ² = σ = 1 unless the variance is learned)
 * </pre>
 *
 * <p>The first two lines are eq. 4 of Song, Meng and Ermon 2021 (arXiv 2010.02502) solved for x0
 * and ε. Their step (eq. 12) has nextFromX0 = √ᾱ', nextFromEps = √(1 − ᾱ' − σ²), noiseScale = σ
 * (eq. 16), nextFromX = meanGuidance = 0; with ᾱ' &lt; ᾱ it encodes. Guidance of ε̂ is Dhariwal and
 * Nichol 2021 (arXiv 2105.05233), algorithm 2, with guidance = s·√(1 − ᾱ). The DDPM posterior (Ho
 * et al. 2020, eq. 7) has nextFromEps = 0; its guidance (algorithm 1) is meanGuidance = s where the
 * variance is learned, and s·σ² where it is fixed. Learned variance: Nichol and Dhariwal 2021, eq.
 * 15.
 *
 * @param x0FromX weight of x in x̂0: 1/√ᾱ for ε, 0 for x0, √ᾱ for v
 * @param x0FromOutput weight of the output in x̂0: −√(1/ᾱ − 1) for ε, 1 for x0, −√(1 − ᾱ) for v
 * @param epsFromX weight of x in ε̂: 0 for ε, 1/√(1 − ᾱ) for x0, √(1 − ᾱ) for v
 * @param epsFromOutput weight of the output in ε̂: 1 for ε, −√(ᾱ/(1 − ᾱ)) for x0, √ᾱ for v
 * @param clamp whether x̂0 is held in [-1, 1] (before guidance); needs noise &gt; 0
 * @param signal √ᾱ of the current step
 * @param noise √(1 − ᾱ) of the current step
 * @param guidance s·√(1 − ᾱ), subtracted from ε̂ along g; 0 for none; needs signal &gt; 0
 * @param learnedVariance whether the second half of the output gives the variance
 * @param minLogVariance log β̃ (used if the variance is learned)
 * @param maxLogVariance log β (used if the variance is learned)
 * @param nextFromX0 weight of x̂0 in the next image
 * @param nextFromX weight of x in the next image
 * @param nextFromEps weight of ε̂ in the next image
 * @param meanGuidance how far the mean moves along g, times the learned variance if there is one
 * @param noiseScale weight of z, times the learned standard deviation if there is one
 */
public record StepCoefficients(
    double x0FromX,
    double x0FromOutput,
    double epsFromX,
    double epsFromOutput,
    boolean clamp,
    double signal,
    double noise,
    double guidance,
    boolean learnedVariance,
    double minLogVariance,
    double maxLogVariance,
    double nextFromX0,
    double nextFromX,
    double nextFromEps,
    double meanGuidance,
    double noiseScale) {

  public StepCoefficients {
    requireFinite("x0FromX", x0FromX);
    requireFinite("x0FromOutput", x0FromOutput);
    requireFinite("epsFromX", epsFromX);
    requireFinite("epsFromOutput", epsFromOutput);
    requireFinite("signal", signal);
    requireFinite("noise", noise);
    requireFinite("guidance", guidance);
    requireFinite("minLogVariance", minLogVariance);
    requireFinite("maxLogVariance", maxLogVariance);
    requireFinite("nextFromX0", nextFromX0);
    requireFinite("nextFromX", nextFromX);
    requireFinite("nextFromEps", nextFromEps);
    requireFinite("meanGuidance", meanGuidance);
    requireFinite("noiseScale", noiseScale);
    if (clamp && !(noise > 0)) {
      throw new IllegalArgumentException(
          "clamping x0 re-derives ε by dividing by noise = √(1 − ᾱ): noise must be > 0, is "
              + noise);
    }
    if (guidance != 0 && !(signal > 0)) {
      throw new IllegalArgumentException(
          "guidance re-derives x0 by dividing by signal = √ᾱ: signal must be > 0, is " + signal);
    }
  }

  /** Whether the step uses the classifier's gradient. */
  public boolean guided() {
    return guidance != 0 || meanGuidance != 0;
  }

  /** Whether the step uses noise. */
  public boolean noisy() {
    return noiseScale != 0;
  }

  private static void requireFinite(String name, double value) {
    // The kernels compute in float, so that is where the value has to be finite.
    if (!Float.isFinite((float) value)) {
      throw new IllegalArgumentException(name + " must be a finite float, is " + value);
    }
  }
}
