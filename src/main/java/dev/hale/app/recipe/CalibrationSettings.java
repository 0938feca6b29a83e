package dev.hale.app.recipe;

import dev.hale.app.config.Inline;
import dev.hale.app.config.NamedSections;
import dev.hale.attribution.AttributionMethod;
import dev.hale.attribution.CriticScore;
import dev.hale.data.prepared.Split;
import dev.hale.detection.ThresholdRule;
import dev.hale.detection.method.AttributionSettings;
import dev.hale.detection.method.CounterfactualSettings;
import dev.hale.detection.method.CounterfactualSettings.Chain;
import dev.hale.detection.method.Difference;
import dev.hale.detection.method.Methods;
import dev.hale.detection.method.Recipe;
import java.util.Optional;

/**
 * How detection runs with the trained networks, and how its label-free threshold is measured.
 *
 * @param detection noise level, steps, guidance and so on
 * @param percentile of the map over the brain pixels of healthy slices, in (0, 100); by image
 *     labels, the least threshold
 * @param slices how many of them are drawn, at least 1; by image labels, as many diseased ones, too
 * @param diseasedSubjects a glob of the names of subjects whose diseased slices may be drawn; all
 *     where it is missing. For sets that hold more diseases than are to be detected
 * @param split whose slices they are; on the images that the networks learned from, the map is
 *     smaller than on others and so is the threshold
 * @param dropSpots whether marked spots are left out that are no larger than what healthy slices
 *     show, too, by image labels
 * @param attribution how a critic's attribution becomes a map
 * @param methods what single methods have besides, a section each by the method's name
 */
public record CalibrationSettings(
    @Inline CounterfactualSettings detection,
    double percentile,
    int slices,
    Optional<String> diseasedSubjects,
    Split split,
    boolean dropSpots,
    AttributionSettings attribution,
    NamedSections methods)
    implements Recipe {
  /** What a configuration that is silent gets. */
  public static final CalibrationSettings DEFAULT =
      new CalibrationSettings(
          new CounterfactualSettings(
              Chain.ALIGNED,
              400,
              20,
              "",
              0,
              30,
              1,
              0,
              Difference.ABSOLUTE,
              0,
              ThresholdRule.HEALTHY),
          99,
          64,
          Optional.empty(),
          Split.VALIDATION,
          false,
          new AttributionSettings(
              AttributionMethod.GRADIENT, CriticScore.LOGIT, 1, 1.5, ThresholdRule.HEALTHY),
          NamedSections.NONE);

  public CalibrationSettings {
    if (!(percentile > 0 && percentile < 100)) {
      throw new IllegalArgumentException(
          "percentile is %s, expected a number between 0 and 100".formatted(percentile));
    }
    if (slices < 1) {
      throw new IllegalArgumentException("slices is %d, expected at least 1".formatted(slices));
    }
  }

  /**
   * Throws where a method's own section is of no method, or not as the method wants it.
   *
   * @throws dev.hale.app.config.ConfigException in one line with the place of the mistake
   */
  void requireMethods() {
    for (String name : methods.names()) {
      Asked asked = new Asked(this);
      try {
        Methods.learned(name).settings(asked);
      } catch (IllegalArgumentException e) {
        throw methods.complaint(name, e.getMessage());
      }
      if (!asked.own) {
        throw methods.complaint(name, name + " has no settings of its own");
      }
    }
  }

  /** Notices whether a method asks for its own section. */
  private static final class Asked implements Recipe {
    private final Recipe recipe;
    private boolean own;

    Asked(Recipe recipe) {
      this.recipe = recipe;
    }

    @Override
    public CounterfactualSettings counterfactual() {
      return recipe.counterfactual();
    }

    @Override
    public AttributionSettings attribution() {
      return recipe.attribution();
    }

    @Override
    public <R extends Record> R own(String method, Class<R> type, R silent) {
      own = true;
      return recipe.own(method, type, silent);
    }
  }

  @Override
  public CounterfactualSettings counterfactual() {
    return detection;
  }

  @Override
  public <R extends Record> R own(String method, Class<R> type, R silent) {
    return methods.read(method, type, silent);
  }
}
