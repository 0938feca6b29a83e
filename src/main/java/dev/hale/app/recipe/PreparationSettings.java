package dev.hale.app.recipe;

import dev.hale.data.layout.DatasetLayout;
import dev.hale.data.phantom.OtherScanner;
import dev.hale.data.phantom.Pathology;
import dev.hale.scan.Axis;
import dev.hale.scan.DataException;
import dev.hale.scan.Normalisation;
import dev.hale.scan.Preprocessing;
import dev.hale.scan.WantedChannels;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a set is prepared.
 *
 * @param layout how the source's files are named: a {@link DatasetLayout} in lower case with
 *     dashes, such as {@code brats}, {@code bids}, {@code open-ms} or {@code phantom}, or {@code
 *     csv}
 * @param source the folder of scans, or the table for {@code csv}; {@code phantom} needs none, the
 *     phantoms are then made on the way
 * @param channels names of the channels, each once, in the model's order
 * @param optionalChannels those that a scan may lack; see also {@code augmentation.drop_channels}
 * @param imageSize side of a model image in pixels, 1 to 8192
 * @param spacing side of a model pixel in millimetres, above 0
 * @param axis across which slices are taken
 * @param lowerPercentile of each channel inside the brain, which becomes -1; at least 0
 * @param upperPercentile the one that becomes 1; above the lower one and at most 100
 * @param normalisation how intensities become values from -1 to 1
 * @param minimumBrain slices of which the brain covers less are left out, in [0, 1)
 * @param minimumLesion slices with lesion on fewer model pixels, but some, are neither healthy nor
 *     diseased and left out; at least 1
 * @param validation share of the subjects, in [0, 1); together with {@code test} less than 1
 * @param test share of the subjects, in [0, 1)
 * @param validationSubjects patients or subjects that are for validation, whatever the shares
 * @param testSubjects likewise, for the test split
 * @param seed of the splits, and the first phantom's
 * @param pathologies of phantoms, taking turns
 * @param subjects how many phantoms are made, at least 1
 * @param labels what images are labelled by where lesion masks are known; absent for the slice
 * @param diseasedScanner of phantoms that are made: the scanner of all diseased ones; absent for
 *     the standard one
 * @param healthyScanner likewise, of all healthy ones
 * @param trainingPatients how many patients of the training split are kept, drawn by the seed, so
 *     that fewer are always among more; at least 1, absent for all. For learning curves
 * @param sliceDistance how far apart slices lie that count as neighbours, in millimetres, where
 *     scans differ in the thickness of their slices; absent for the very next ones, as where nobody
 *     knows the spacing
 */
public record PreparationSettings(
    String layout,
    Optional<Path> source,
    List<String> channels,
    List<String> optionalChannels,
    int imageSize,
    double spacing,
    Axis axis,
    double lowerPercentile,
    double upperPercentile,
    Normalisation normalisation,
    double minimumBrain,
    int minimumLesion,
    double validation,
    double test,
    List<String> validationSubjects,
    List<String> testSubjects,
    long seed,
    List<Pathology> pathologies,
    int subjects,
    Optional<LabelSource> labels,
    Optional<OtherScanner> diseasedScanner,
    Optional<OtherScanner> healthyScanner,
    Optional<Integer> trainingPatients,
    Optional<Double> sliceDistance) {
  /** What a configuration that is silent gets. */
  public static final PreparationSettings DEFAULT =
      new PreparationSettings(
          "phantom",
          Optional.empty(),
          List.of("FLAIR", "T1", "T1c", "T2"),
          List.of(),
          64,
          3,
          Axis.AXIAL,
          1,
          99,
          Normalisation.PERCENTILES,
          0.05,
          3,
          0.1,
          0,
          List.of(),
          List.of(),
          0,
          List.of(Pathology.HEALTHY, Pathology.GLIOMA, Pathology.MS),
          240,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  public PreparationSettings {
    channels = List.copyOf(channels);
    optionalChannels = List.copyOf(optionalChannels);
    pathologies = List.copyOf(pathologies);
    validationSubjects = List.copyOf(validationSubjects);
    testSubjects = List.copyOf(testSubjects);
    if (!(validation >= 0 && test >= 0 && validation + test < 1)) {
      throw new DataException(
          "validation and test take %s and %s of the subjects, expected 0 or more and together less than 1"
              .formatted(validation, test));
    }
    boolean scanned = diseasedScanner.isPresent() || healthyScanner.isPresent();
    if (scanned && !(layout.equals("phantom") && source.isEmpty())) {
      throw new DataException(
          "%s is for phantoms that are made on the way, not for %s"
              .formatted(
                  diseasedScanner.isPresent() ? "diseased_scanner" : "healthy_scanner",
                  source.map(Path::toString).orElse(layout)));
    }
    if (trainingPatients.orElse(1) < 1) {
      throw new DataException(
          "training_patients is %d, expected at least 1".formatted(trainingPatients.get()));
    }
    if (minimumLesion < 1 || subjects < 1 || pathologies.isEmpty()) {
      throw new DataException(
          "expected at least 1 lesion pixel, 1 subject and 1 pathology, got %d, %d and %d"
              .formatted(minimumLesion, subjects, pathologies.size()));
    }
  }

  /** Whether the subjects are phantoms that are made on the way. */
  public boolean madeUp() {
    return layout.equals("phantom") && source.isEmpty();
  }

  /** What images are labelled by. */
  public LabelSource labelSource() {
    return labels.orElse(LabelSource.SLICE);
  }

  /** The scanner of phantoms to learn from. */
  public OtherScanner scanner(Pathology pathology) {
    return scanner(pathology != Pathology.HEALTHY);
  }

  /**
   * The scanner of a phantom to test on: whatever it suffers from, one with an odd seed comes from
   * that of the diseased ones and one with an even seed from that of the healthy ones, so that the
   * scanner says nothing about disease.
   */
  public OtherScanner balancedScanner(long phantomSeed) {
    return scanner(phantomSeed % 2 != 0);
  }

  private OtherScanner scanner(boolean diseased) {
    return (diseased ? diseasedScanner : healthyScanner).orElse(OtherScanner.DEFAULT);
  }

  /** What makes model images of the scans. */
  public Preprocessing preprocessing() {
    return new Preprocessing(
        channels,
        imageSize,
        spacing,
        axis,
        lowerPercentile,
        upperPercentile,
        minimumBrain,
        optionalChannels,
        normalisation,
        sliceDistance.orElse(0.0));
  }

  /** The channels, and which of them a scan may lack. */
  public WantedChannels wanted() {
    return new WantedChannels(channels, optionalChannels);
  }
}
