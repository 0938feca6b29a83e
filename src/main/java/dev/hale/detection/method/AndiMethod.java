package dev.hale.detection.method;

import dev.hale.detection.method.AndiSettings.Levels;
import java.util.List;

/**
 * Single denoising steps by a model of healthy images, aggregated over low noise levels (Frotscher
 * et al. 2023, arXiv 2312.01904). Its own section of a configuration has the keys of {@link
 * Levels}.
 */
public final class AndiMethod implements LearnedMethod<AndiSettings> {
  private static final String HEALTHY_DIFFUSION = ReconstructionMethod.HEALTHY_DIFFUSION;

  @Override
  public String name() {
    return "andi";
  }

  @Override
  public Class<AndiSettings> settings() {
    return AndiSettings.class;
  }

  @Override
  public AndiSettings settings(Recipe recipe) {
    CounterfactualSettings shared = recipe.counterfactual();
    return new AndiSettings(
        recipe.own(name(), Levels.class, Levels.DEFAULT),
        shared.difference(),
        shared.smoothing(),
        shared.threshold());
  }

  @Override
  public List<String> networks(AndiSettings settings) {
    return List.of(HEALTHY_DIFFUSION);
  }

  @Override
  public SliceMethod open(AndiSettings settings, ModelFolder folder) {
    return new AndiMaps(DiffusionModel.of(folder, HEALTHY_DIFFUSION), settings, folder);
  }
}
