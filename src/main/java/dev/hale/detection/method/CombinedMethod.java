package dev.hale.detection.method;

import dev.hale.scan.DataException;
import java.util.ArrayList;
import java.util.List;

/** What methods have in common that have a diffusion model and a constrained critic. */
abstract class CombinedMethod<S extends CombinedSettings> implements LearnedMethod<S> {
  static final String CRITIC = ConstrainedAttributionMethod.CRITIC;

  @Override
  public List<String> networks(S settings) {
    List<String> networks =
        new ArrayList<>(
            HealthyImageMethod.networks(settings.counterfactual(), HealthyImageMethod.CLASSIFIER));
    networks.add(CRITIC);
    return networks;
  }

  /** The fused map of both, with networks that are open already. */
  FusedMaps fused(
      FusionSettings settings, ModelFolder folder, DiffusionModel model, CriticMap critic) {
    folder.requireMeasured(this, "weight of fusion is", settings.counterfactualWeight());
    DifferenceMaps difference =
        HealthyImageMethod.guided(
            folder, model, settings.counterfactual(), HealthyImageMethod.CLASSIFIER);
    return new FusedMaps(difference, critic, settings, folder);
  }

  /** The weight at which both maps vary alike over healthy slices. */
  static FusionSettings weighed(FusionSettings settings, Measurement measurement) {
    Measurement.Values difference =
        measurement.maps(new CounterfactualMethod(), settings.counterfactual());
    List<float[]> attribution = healthyAttribution(settings, measurement);
    double weight =
        FusionSettings.balancedWeight(
            Measurement.pool(difference.healthy()), Measurement.pool(attribution));
    if (Double.isNaN(weight)) {
      throw new DataException(
          "the counterfactual map or the attribution does not vary over healthy slices, so the two"
              + " cannot be fused; look at what counterfactual and attribution detect alone");
    }
    return settings.withCounterfactualWeight(weight);
  }

  /** What the critic says of healthy slices. */
  static List<float[]> healthyAttribution(CombinedSettings settings, Measurement measurement) {
    return measurement.healthyMaps(new ConstrainedAttributionMethod(), settings.attribution());
  }
}
