package dev.hale.app.recipe;

import dev.hale.app.config.ConfigException;
import dev.hale.app.config.ConfigFile;
import dev.hale.app.config.NamedSections;
import dev.hale.data.prepared.Augmentation;
import dev.hale.scan.Preprocessing;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A training from data to detector, as a file in {@code configs/} describes it.
 *
 * @param data the prepared set, and how it is made where it is missing
 * @param augmentation how training images are varied
 * @param diffusion the diffusion model
 * @param classifier the classifier of noised images
 * @param critic the critic of clean images, for attribution; methods that look at attributions need
 *     it
 * @param judge the critic that no method uses, which says whether healthy images are healthy; where
 *     it is absent, one like {@code critic}, half as wide again and of that seed + 1000
 * @param calibration how the networks detect together
 * @param vae a variational autoencoder to compare with; absent where none is wanted
 * @param fixedPointGan a Fixed-Point GAN to compare with; absent where none is wanted
 * @param segmenter a network that learns what another method marks; absent where none is wanted
 * @param networks what networks of other jars are told, a section each by their name
 */
public record TrainingConfig(
    DataSettings data,
    Augmentation augmentation,
    DiffusionPlan diffusion,
    ClassifierPlan classifier,
    Optional<CriticPlan> critic,
    Optional<CriticPlan> judge,
    CalibrationSettings calibration,
    Optional<VaePlan> vae,
    Optional<FixedPointGanPlan> fixedPointGan,
    Optional<SegmenterPlan> segmenter,
    NamedSections networks) {

  public TrainingConfig {
    Preprocessing images = data.preparation().preprocessing();
    augmentation.requireFits(images);
    diffusion.network().config(images, diffusion.process());
    classifier.network().config(images);
    critic.ifPresent(plan -> plan.network().config(images));
    judge.ifPresent(plan -> plan.network().config(images));
    vae.ifPresent(plan -> plan.network().config(images));
    fixedPointGan.ifPresent(plan -> plan.network().config(images));
    segmenter.ifPresent(plan -> plan.network(images));
    calibration.requireMethods();
    int steps = diffusion.process().trainingSteps();
    if (classifier.training().noiseLevels() > steps) {
      throw new IllegalArgumentException(
          "classifier.training.noise_levels is %d, but diffusion.process.training_steps is %d"
              .formatted(classifier.training().noiseLevels(), steps));
    }
    if (calibration.detection().guidance() > 0 && classifier.context() != diffusion.context()) {
      throw new IllegalArgumentException(
          ("classifier.network.context is %d and diffusion.network.context %d, but the one guides"
                  + " the other (calibration.guidance is %s): give both the same")
              .formatted(
                  classifier.context(), diffusion.context(), calibration.detection().guidance()));
    }
    if (calibration.detection().noiseLevel() > steps) {
      throw new IllegalArgumentException(
          "calibration.noise_level is %d, but diffusion.process.training_steps is %d"
              .formatted(calibration.detection().noiseLevel(), steps));
    }
  }

  /** The same on other data, prepared alike. */
  public TrainingConfig withData(DataSettings newData) {
    return new TrainingConfig(
        newData,
        augmentation,
        diffusion,
        classifier,
        critic,
        judge,
        calibration,
        vae,
        fixedPointGan,
        segmenter,
        networks);
  }

  /** The same with another seed for the training of every network. */
  public TrainingConfig withTrainingSeed(long seed) {
    return new TrainingConfig(
        data,
        augmentation,
        diffusion.withSeed(seed),
        classifier.withSeed(seed),
        critic.map(plan -> plan.withSeed(seed)),
        judge, // the same whatever it judges
        calibration,
        vae.map(plan -> plan.withSeed(seed)),
        fixedPointGan.map(plan -> plan.withSeed(seed)),
        segmenter.map(plan -> plan.withSeed(seed)),
        networks.with("training.seed=" + seed));
  }

  /** The images that all networks see. */
  public Preprocessing images() {
    return data.preparation().preprocessing();
  }

  /** A complaint about a section that is not there. */
  public static ConfigException lacks(String section) {
    return new ConfigException(
        "the configuration has no section %s, which says how to train it".formatted(section));
  }

  /**
   * The critic's section.
   *
   * @throws ConfigException where there is none
   */
  public CriticPlan requireCritic() {
    return critic.orElseThrow(
        () ->
            new ConfigException(
                "the configuration has no critic section; configs/phantom-ms.yaml has one"));
  }

  /**
   * How the judge is trained: as its section says or else as the critic, but half as wide again and
   * from another seed. Empty where there is neither section.
   */
  public Optional<CriticPlan> judgePlan() {
    return judge.or(() -> critic.map(CriticPlan::other));
  }

  /**
   * Reads a file.
   *
   * @param overrides {@code a.b.c=value}, which go before the file's
   * @throws ConfigException in one line with the place of the mistake
   */
  public static TrainingConfig read(Path file, List<String> overrides) {
    return ConfigFile.read(file, TrainingConfig.class, overrides);
  }
}
