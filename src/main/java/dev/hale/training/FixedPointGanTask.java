package dev.hale.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.engine.Parameters;
import dev.hale.engine.Precision;
import dev.hale.model.FixedPointGanConfig;
import dev.hale.model.FixedPointGenerator;
import dev.hale.model.NetworkFile;
import dev.hale.model.PatchDiscriminator;
import dev.hale.model.PatchDiscriminator.Verdict;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Fixed-Point GAN (Siddiquee et al., ICCV 2019, arXiv 1908.06965): a generator learns to show
 * images with either label, and to leave those alone that have it. Adversarial losses are those of
 * a Wasserstein GAN with gradient penalty (Gulrajani et al. 2017), as published; optimisers have β₁
 * = 0.5. Each image's target label is drawn with probability one half, where the published code
 * shuffles the batch's labels.
 *
 * @param network layout
 * @param weights of the losses
 */
public record FixedPointGanTask(FixedPointGanConfig network, FixedPointLosses weights)
    implements AdversarialTask {
  private static final double BETA1 = 0.5;

  /** The task of a training. */
  public static FixedPointGanTask of(
      FixedPointGanConfig network, FixedPointLosses weights, TrainingSettings settings) {
    settings.requireCleanImages();
    if (settings.precision() != Precision.FLOAT32) {
      throw new TrainingException(
          "training: precision is %s, expected float32: the gradient penalty differentiates a gradient"
              .formatted(settings.precision()));
    }
    if (settings.batch() % weights.discriminatorSteps() != 0) {
      throw new TrainingException(
          "training: batch is %d, expected a multiple of discriminator_steps, %d"
              .formatted(settings.batch(), weights.discriminatorSteps()));
    }
    return new FixedPointGanTask(network, weights);
  }

  @Override
  public Parameters initialise() {
    return PatchDiscriminator.initialiseBoth(network);
  }

  @Override
  public ObjectNode config() {
    ObjectNode config = NetworkFile.config("fixed-point-gan", network);
    NetworkFile.put(config, "losses", weights);
    return config;
  }

  @Override
  public boolean noisesImages() {
    return false;
  }

  @Override
  public boolean isOpponents(String name) {
    return name.startsWith(PatchDiscriminator.NAME + ".");
  }

  @Override
  public int opponentSteps() {
    return weights.discriminatorSteps();
  }

  @Override
  public double beta1() {
    return BETA1;
  }

  /** Siddiquee et al. 2019, eq. 7: adversarial, label of the real image, gradient penalty. */
  @Override
  public Tensor opponentLosses(Parameters parameters, NoisyImages images) {
    PatchDiscriminator discriminator = new PatchDiscriminator(network, parameters);
    Tensor real = images.x0();
    Tensor fake;
    try (NoGradGuard noGrad = new NoGradGuard()) {
      fake = new FixedPointGenerator(network, parameters).forward(real, targets(images));
    }
    Verdict ofReal = discriminator.forward(real);
    Tensor adversarial = realness(discriminator.forward(fake)).sub(realness(ofReal));
    return adversarial
        .add(crossEntropy(ofReal, images.labels()), new Scalar(weights.domain()))
        .add(
            gradientPenalty(discriminator, real, fake, images.noise()),
            new Scalar(weights.gradientPenalty()));
  }

  /** (‖∇D(x̂)‖ − 1)² at a point x̂ between real and fake (Gulrajani et al. 2017, eq. 3). */
  private static Tensor gradientPenalty(
      PatchDiscriminator discriminator, Tensor real, Tensor fake, Tensor noise) {
    Tensor share = torch.special_ndtr(number(noise, 1)).view(-1, 1, 1, 1); // uniform in (0, 1)
    Tensor between = fake.add(real.sub(fake).mul(share)).detach().requires_grad_(true);
    Tensor realness = discriminator.forward(between).realness().sum();
    Tensor gradient =
        torch
            .grad(
                new TensorVector(realness),
                new TensorVector(between),
                new TensorVector(),
                new BoolOptional(true),
                true,
                false)
            .get(0);
    // The root's slope is infinite at 0, where a discriminator of zeros would be.
    Tensor norm =
        gradient.square().flatten(1, -1).sum(1).add(new Scalar(1e-12), new Scalar(1.0)).sqrt();
    return norm.sub(new Scalar(1), new Scalar(1.0)).square();
  }

  /** Siddiquee et al. 2019, eq. 8. */
  @Override
  public Losses networkLosses(Parameters parameters, NoisyImages images) {
    FixedPointGenerator generator = new FixedPointGenerator(network, parameters);
    PatchDiscriminator discriminator = PatchDiscriminator.fixed(network, parameters);
    Tensor there = translated(generator, images, targets(images));
    Tensor same = translated(generator, images, images.labels());
    Verdict ofThere = discriminator.forward(there);
    Verdict ofSame = discriminator.forward(same);
    Tensor domain =
        crossEntropy(ofThere, targets(images)).add(crossEntropy(ofSame, images.labels()));
    Tensor cycle =
        distance(images.x0(), generator.forward(there, images.labels()))
            .add(distance(images.x0(), generator.forward(same, images.labels())));
    Tensor content = weigh(domain, cycle, distance(images.x0(), same));
    return new Losses(content.sub(realness(ofThere)).sub(realness(ofSame)), content);
  }

  private Tensor weigh(Tensor domain, Tensor cycle, Tensor fixedPoint) {
    return domain
        .mul(new Scalar(weights.domain()))
        .add(cycle, new Scalar(weights.cycle()))
        .add(fixedPoint, new Scalar(weights.fixedPoint()));
  }

  @Override
  public Validation validation() {
    return new FixedPointGanValidation(this);
  }

  /**
   * What the networks do with images, {@code [N]} float32 each.
   *
   * @param fixedPoint mean absolute difference to the image shown with the label that it has
   * @param cycle mean absolute difference to the image shown with the other label and then its own
   * @param domain cross entropy of the other label, as the discriminator sees it there
   */
  record Terms(Tensor fixedPoint, Tensor cycle, Tensor domain) {}

  Terms terms(Parameters parameters, NoisyImages images) {
    FixedPointGenerator generator = new FixedPointGenerator(network, parameters);
    Tensor x = images.x0();
    Tensor other = images.labels().eq(new Scalar(0)).to(torch.ScalarType.Long);
    Tensor there = generator.forward(x, other);
    return new Terms(
        distance(x, generator.forward(x, images.labels())),
        distance(x, generator.forward(there, images.labels())),
        crossEntropy(new PatchDiscriminator(network, parameters).forward(there), other));
  }

  private static Tensor translated(
      FixedPointGenerator generator, NoisyImages images, Tensor labels) {
    return generator.forward(images.x0(), labels);
  }

  /** Either label with probability one half: whether the first number of the noise is positive. */
  private static Tensor targets(NoisyImages images) {
    return number(images.noise(), 0).gt(new Scalar(0)).to(torch.ScalarType.Long);
  }

  /** One number of each image's noise, {@code [N]}. */
  private static Tensor number(Tensor noise, long index) {
    return noise.select(1, 0).select(1, 0).select(1, index);
  }

  private static Tensor realness(Verdict verdict) {
    return verdict.realness().flatten(1, -1).mean(1);
  }

  private static Tensor crossEntropy(Verdict verdict, Tensor labels) {
    Tensor logits = verdict.domain();
    return torch.softplus(logits).sub(logits.mul(labels));
  }

  private static Tensor distance(Tensor x, Tensor y) {
    return x.sub(y).abs().flatten(1, -1).mean(1);
  }
}
