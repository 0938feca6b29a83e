package dev.hale.engine.kernels;

/**
 * The scalars of one denoising step. They are the same for every element of the batch, and cover
 * the ε, x0 and v parameterisations, DDIM in both directions, and DDPM, with or without guidance.
 *
 * <p>With x the current image, o the network's output, v its learned-variance half, g the
 * classifier's gradient and z noise, each element is computed as
 *
 * <pre>
 * x̂0 = x0.fromX·x + x0.fromOutput·o
 * ε̂  = eps.fromX·x + eps.fromOutput·o
 * if clamp and |x̂0| &gt; 1:  x̂0 = ±1,              ε̂ = (x − level.signal·x̂0) / level.noise
 * if guided:               ε̂ = ε̂ − guidance·g,   x̂0 = (x − level.noise·ε̂) / level.signal   (not clamped again)
 * log σ² = f·learned.maxLog + (1 − f)·learned.minLog,  f = (v + 1)/2            (if learned)
 * next = next.fromX0·x̂0 + next.fromX·x + next.fromEps·ε̂
 *        + next.fromGradient·σ²·g + next.fromNoise·σ·z     (σ² = σ = 1 unless the variance is learned)
 * </pre>
 *
 * <p>The first two lines are eq. 4 of Song, Meng and Ermon 2021 (arXiv 2010.02502) solved for x0
 * and ε. Their step (eq. 12) has fromX0 = √ᾱ', fromEps = √(1 − ᾱ' − σ²), fromNoise = σ (eq. 16);
 * with ᾱ' &lt; ᾱ it encodes. Guidance of ε̂ is Dhariwal and Nichol 2021 (arXiv 2105.05233),
 * algorithm 2, with guidance = s·√(1 − ᾱ). The DDPM posterior (Ho et al. 2020, eq. 7) has fromEps =
 * 0; its guidance (algorithm 1) is fromGradient = s where the variance is learned, and s·σ² where
 * it is fixed. Learned variance: Nichol and Dhariwal 2021, eq. 15.
 *
 * @param x0 x̂0: 1/√ᾱ, −√(1/ᾱ − 1) for ε; 0, 1 for x0; √ᾱ, −√(1 − ᾱ) for v
 * @param eps ε̂: 0, 1 for ε; 1/√(1 − ᾱ), −√(ᾱ/(1 − ᾱ)) for x0; √(1 − ᾱ), √ᾱ for v
 * @param level of the current image
 * @param clamp whether x̂0 is held in [-1, 1] (before guidance); needs level.noise &gt; 0
 * @param guidance s·√(1 − ᾱ), subtracted from ε̂ along g; 0 for none; needs level.signal &gt; 0
 * @param learned between what the network's second half chooses the variance; null where it is
 *     fixed
 * @param next the next image
 */
public record StepCoefficients(
    Estimate x0,
    Estimate eps,
    Level level,
    boolean clamp,
    double guidance,
    VarianceRange learned,
    Next next) {

  /** A sum of x and the network's output, each with a weight. */
  public record Estimate(double fromX, double fromOutput) {
    /** The output itself. */
    public static final Estimate OUTPUT = new Estimate(0, 1);

    /** The image itself. */
    public static final Estimate X = new Estimate(1, 0);
  }

  /**
   * What is image and what is noise at a level.
   *
   * @param signal √ᾱ
   * @param noise √(1 − ᾱ)
   */
  public record Level(double signal, double noise) {
    /** The level of that ᾱ. */
    public static Level of(double alphaCumprod) {
      return new Level(Math.sqrt(alphaCumprod), Math.sqrt(1 - alphaCumprod));
    }
  }

  /**
   * The ends between which a learned variance lies, as logarithms.
   *
   * @param minLog log β̃
   * @param maxLog log β
   */
  public record VarianceRange(double minLog, double maxLog) {}

  /**
   * The next image: a sum of these, each with a weight.
   *
   * @param fromX0 of x̂0
   * @param fromX of x
   * @param fromEps of ε̂
   * @param fromGradient of g, times the learned variance if there is one
   * @param fromNoise of z, times the learned standard deviation if there is one
   */
  public record Next(
      double fromX0, double fromX, double fromEps, double fromGradient, double fromNoise) {
    /** Of x̂0 alone. */
    public static Next x0(double weight) {
      return new Next(weight, 0, 0, 0, 0);
    }

    /** And of x. */
    public Next plusX(double weight) {
      return new Next(fromX0, weight, fromEps, fromGradient, fromNoise);
    }

    /** And of ε̂. */
    public Next plusEps(double weight) {
      return new Next(fromX0, fromX, weight, fromGradient, fromNoise);
    }

    /** And of g. */
    public Next plusGradient(double weight) {
      return new Next(fromX0, fromX, fromEps, weight, fromNoise);
    }

    /** And of z. */
    public Next plusNoise(double weight) {
      return new Next(fromX0, fromX, fromEps, fromGradient, weight);
    }
  }

  public StepCoefficients {
    requireFinite("x0.fromX", x0.fromX);
    requireFinite("x0.fromOutput", x0.fromOutput);
    requireFinite("eps.fromX", eps.fromX);
    requireFinite("eps.fromOutput", eps.fromOutput);
    requireFinite("level.signal", level.signal);
    requireFinite("level.noise", level.noise);
    requireFinite("guidance", guidance);
    requireFinite("learned.minLog", learned == null ? 0 : learned.minLog);
    requireFinite("learned.maxLog", learned == null ? 0 : learned.maxLog);
    requireFinite("next.fromX0", next.fromX0);
    requireFinite("next.fromX", next.fromX);
    requireFinite("next.fromEps", next.fromEps);
    requireFinite("next.fromGradient", next.fromGradient);
    requireFinite("next.fromNoise", next.fromNoise);
    if (clamp && !(level.noise > 0)) {
      throw new IllegalArgumentException(
          "clamping x0 re-derives ε by dividing by noise = √(1 − ᾱ): noise must be > 0, is "
              + level.noise);
    }
    if (guidance != 0 && !(level.signal > 0)) {
      throw new IllegalArgumentException(
          "guidance re-derives x0 by dividing by signal = √ᾱ: signal must be > 0, is "
              + level.signal);
    }
  }

  /** Whether the step uses the classifier's gradient. */
  public boolean guided() {
    return guidance != 0 || next.fromGradient != 0;
  }

  /** Whether the step uses noise. */
  public boolean noisy() {
    return next.fromNoise != 0;
  }

  /** Whether the second half of the network's output gives the variance. */
  public boolean learnedVariance() {
    return learned != null;
  }

  private static void requireFinite(String name, double value) {
    // The kernels compute in float, so that is where the value has to be finite.
    if (!Float.isFinite((float) value)) {
      throw new IllegalArgumentException(name + " must be a finite float, is " + value);
    }
  }
}
