package dev.hale.detection.method;

import dev.hale.evaluation.RegionMap;
import dev.hale.evaluation.Voxels;
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
    FusionSettings.BrightnessPart brightness = settings.brightness();
    if (brightness != null) {
      folder.requireMeasured(this, "weight of brightness is", brightness.weight());
    }
    DifferenceMaps difference =
        HealthyImageMethod.guided(
            folder, model, settings.counterfactual(), HealthyImageMethod.CLASSIFIER);
    return new FusedMaps(difference, critic, settings, folder);
  }

  /** The weights at which all maps vary alike over healthy slices. */
  static FusionSettings weighed(FusionSettings settings, Measurement measurement) {
    Measurement.Values difference =
        measurement.maps(new CounterfactualMethod(), settings.counterfactual());
    float[] d = RegionMap.pool(difference.healthy());
    float[] a = Measurement.pool(healthyAttribution(settings, measurement));
    double[] two = FusionSettings.balancedWeights(d, a);
    if (Double.isNaN(two[0])) {
      throw new DataException(
          "the counterfactual map or the attribution does not vary over healthy slices, so the two"
              + " cannot be fused; look at what counterfactual and attribution detect alone");
    }
    FusionSettings fusion = settings.withCounterfactualWeight(two[0]);
    if (settings.brightness() == null) {
      return fusion;
    }
    float[] b = healthyBrightness(settings.brightness().channel(), measurement);
    double[] three = FusionSettings.balancedWeights(d, a, b);
    if (Double.isNaN(three[2])) {
      throw new DataException(
          "the brightness of %s does not vary over healthy slices; leave out"
                  .formatted(settings.brightness().channel())
              + " calibration.methods.combined-fusion.brightness");
    }
    return fusion.withBrightnessWeight(three[2]);
  }

  private static float[] healthyBrightness(String channel, Measurement measurement) {
    Measurement.Slices slices = measurement.healthySlices();
    Brightness brightness = new Brightness(channel, slices.channels());
    List<float[]> inside = new ArrayList<>();
    for (int n = 0; n < slices.brains().length; n++) {
      byte[] brain = slices.brains()[n];
      inside.add(Voxels.inside(brightness.values(slices.images()[n], brain), brain));
    }
    return Measurement.pool(inside);
  }

  /** What the critic says of healthy slices. */
  static List<float[]> healthyAttribution(CombinedSettings settings, Measurement measurement) {
    return measurement.healthyMaps(new ConstrainedAttributionMethod(), settings.attribution());
  }
}
