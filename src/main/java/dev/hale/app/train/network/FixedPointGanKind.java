package dev.hale.app.train.network;

import dev.hale.app.recipe.FixedPointGanPlan;
import dev.hale.app.recipe.TrainingConfig;
import dev.hale.training.FixedPointGanTask;
import dev.hale.training.Task;

/** Shows images with either label. */
public final class FixedPointGanKind implements NetworkKind {
  @Override
  public String title() {
    return "fixed-point-gan";
  }

  @Override
  public String section() {
    return "fixed_point_gan";
  }

  @Override
  public String header() {
    return "train a Fixed-Point GAN";
  }

  @Override
  public String description() {
    return "Trains the generator of the configuration's section fixed_point_gan to show slices with"
        + " either label and to leave those alone that have it, a baseline (Siddiquee et al. 2019)."
        + " The averaged generator is saved; its discriminator is in the checkpoints alone. The"
        + " weights with the best cycle, fixed point and label on validation slices are in"
        + " DIR/fixed-point-gan/best.safetensors.";
  }

  @Override
  public FixedPointGanPlan plan(TrainingConfig config) {
    return config.fixedPointGan().orElseThrow(() -> TrainingConfig.lacks(section()));
  }

  @Override
  public Task task(TrainingConfig config) {
    FixedPointGanPlan plan = plan(config);
    return FixedPointGanTask.of(
        plan.network().config(config.images()), plan.losses(), plan.training());
  }
}
