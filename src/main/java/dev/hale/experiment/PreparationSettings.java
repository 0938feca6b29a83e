package dev.hale.experiment;

import dev.hale.data.Axis;
import dev.hale.data.Preprocessing;
import dev.hale.data.phantom.Pathology;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a set is prepared.
 *
 * @param layout how the source's files are named; {@code phantom} needs none
 * @param source the folder of scans
 * @param channels in the model's order
 * @param imageSize side of a model image in pixels
 * @param spacing side of a model pixel in millimetres
 * @param axis across which slices are taken
 * @param lowerPercentile of each channel inside the brain, which becomes -1
 * @param upperPercentile the one that becomes 1
 * @param minimumBrain slices of which the brain covers less are left out, in [0, 1)
 * @param minimumLesion slices with lesion on fewer model pixels are neither healthy nor diseased
 *     and left out
 * @param validation share of the subjects, in [0, 1)
 * @param test share of the subjects, in [0, 1)
 * @param seed of the splits, and the first phantom's
 * @param pathologies of phantoms, taking turns
 * @param subjects how many phantoms
 */
public record PreparationSettings(
    String layout,
    Optional<Path> source,
    List<String> channels,
    int imageSize,
    double spacing,
    Axis axis,
    double lowerPercentile,
    double upperPercentile,
    double minimumBrain,
    int minimumLesion,
    double validation,
    double test,
    long seed,
    List<Pathology> pathologies,
    int subjects) {
  /** What a configuration that is silent gets. */
  public static final PreparationSettings DEFAULT =
      new PreparationSettings(
          "phantom",
          Optional.empty(),
          List.of("FLAIR", "T1", "T1c", "T2"),
          64,
          3,
          Axis.AXIAL,
          1,
          99,
          0.05,
          3,
          0.1,
          0,
          0,
          List.of(Pathology.HEALTHY, Pathology.GLIOMA, Pathology.MS),
          240);

  /** What makes model images of the scans. */
  public Preprocessing preprocessing() {
    return new Preprocessing(
        channels, imageSize, spacing, axis, lowerPercentile, upperPercentile, minimumBrain);
  }
}
