package dev.hale.app.train.network;

import dev.hale.app.recipe.CriticPlan;
import dev.hale.app.recipe.TrainingConfig;
import dev.hale.training.Task;

/** Another critic, which no method uses: says whether healthy images are healthy. */
public final class JudgeKind implements NetworkKind {
  /** Its title. */
  public static final String TITLE = "judge";

  @Override
  public String title() {
    return TITLE;
  }

  @Override
  public String section() {
    return "judge";
  }

  @Override
  public String header() {
    return "train the critic that judges healthy images";
  }

  @Override
  public String description() {
    return "Trains a critic that no method uses: an experiment asks it whether the healthy images of"
        + " methods are healthy. Without a section judge it is the configuration's critic, half as"
        + " wide again and from another seed. hale experiment run trains it by itself; name its file"
        + " under networks to do without.";
  }

  @Override
  public CriticPlan plan(TrainingConfig config) {
    return config.judgePlan().orElseThrow(() -> TrainingConfig.lacks(section()));
  }

  @Override
  public Task task(TrainingConfig config) {
    return CriticKind.task(config, plan(config));
  }
}
