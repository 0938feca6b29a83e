package dev.hale.app.train.network;

import dev.hale.app.recipe.DiffusionPlan;
import dev.hale.app.recipe.TrainingConfig;
import dev.hale.training.DiffusionTask;
import dev.hale.training.Task;
import java.util.List;

/** Denoises. */
public final class DiffusionKind implements NetworkKind {
  @Override
  public String title() {
    return "diffusion";
  }

  @Override
  public String section() {
    return "diffusion";
  }

  @Override
  public String header() {
    return "train the diffusion model";
  }

  @Override
  public String description() {
    return "Trains the configuration's U-Net to denoise healthy and diseased images alike and saves"
        + " the averaged weights; those with the best validation loss are in"
        + " DIR/diffusion/best.safetensors.";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "hale train diffusion configs/phantom-glioma.yaml --out model",
        "Goes on where it was stopped:",
        "  hale train diffusion configs/phantom-glioma.yaml --out model --resume",
        "Tries something else:",
        "  hale train diffusion configs/demo.yaml --out try --set diffusion.training.lr=2e-4 --set data.subjects=20");
  }

  @Override
  public DiffusionPlan plan(TrainingConfig config) {
    return config.diffusion();
  }

  @Override
  public Task task(TrainingConfig config) {
    DiffusionPlan plan = plan(config);
    return DiffusionTask.of(
        plan.network().config(config.images(), plan.process()), plan.process(), plan.training());
  }
}
