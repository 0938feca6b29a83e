package dev.hale.detection.method;

import dev.hale.diffusion.Guidance;
import dev.hale.evaluation.Thresholds;
import dev.hale.scan.DataException;

/** Counterfactual, guided only where the constrained critic's attribution says so. */
public final class GateMethod extends CombinedMethod<GateSettings> {
  private static final Own SILENT = new Own(99);

  /**
   * Its own section of a configuration.
   *
   * @param percentile of the attribution over the brain pixels of healthy slices, at which the gate
   *     is fully open, in (0, 100)
   */
  public record Own(double percentile) {
    /** Checks it. */
    public Own {
      if (!(percentile > 0 && percentile < 100)) {
        throw new IllegalArgumentException(
            "percentile is %s, expected a number between 0 and 100".formatted(percentile));
      }
    }
  }

  @Override
  public String name() {
    return "combined-gate";
  }

  @Override
  public Class<GateSettings> settings() {
    return GateSettings.class;
  }

  @Override
  public GateSettings settings(Recipe recipe) {
    own(recipe);
    return new GateSettings(recipe.counterfactual(), recipe.attribution(), null);
  }

  private Own own(Recipe recipe) {
    return recipe.own(name(), Own.class, SILENT);
  }

  @Override
  public GateSettings provisional(GateSettings settings) {
    return settings.withGateLevel(1);
  }

  @Override
  public Calibrated<GateSettings> calibrate(GateSettings settings, Measurement measurement) {
    double percentile = own(measurement.recipe()).percentile();
    float[] healthy = Measurement.pool(healthyAttribution(settings, measurement));
    double level = Thresholds.percentile(healthy, null, percentile);
    if (!(level > 0)) {
      throw new DataException(
          "the attribution is 0 at percentile %s of healthy slices, so no gate can be set; raise"
                  .formatted(percentile)
              + " calibration.methods.combined-gate.percentile");
    }
    return Calibrated.of(settings.withGateLevel(level));
  }

  @Override
  public SliceMethod open(GateSettings settings, ModelFolder folder) {
    folder.requireMeasured(this, "gate level is", settings.gateLevel());
    DiffusionModel model = DiffusionModel.of(folder, HealthyImageMethod.DIFFUSION);
    Guidance guidance =
        GuidingClassifier.of(
            folder, HealthyImageMethod.CLASSIFIER, model, settings.counterfactual());
    CriticMap critic = new CriticMap(folder, CRITIC, settings.attribution());
    folder.note("gateLevel", settings.gateLevel());
    folder.note("attributionSmoothing", settings.attribution().smoothing());
    DifferenceMaps maps =
        HealthyImageMethod.decoded(
            folder,
            model,
            settings.counterfactual(),
            new AttributionGate(model, guidance, critic, settings));
    FusedMaps.requireSameImages(maps.preprocessing(), critic.preprocessing());
    return maps;
  }
}
