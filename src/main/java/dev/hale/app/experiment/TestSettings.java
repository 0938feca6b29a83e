package dev.hale.app.experiment;

import dev.hale.data.phantom.Pathology;
import dev.hale.scan.DataException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * On whom an experiment tests; exactly one of the four.
 *
 * @param phantoms made on the way; all methods are trained once
 * @param leaveOneOut one patient, or site, after the other, methods trained anew on the rest each
 *     time
 * @param heldOut the patients that the configuration puts aside for testing
 * @param crossValidation every patient, a share of them after the other, methods trained anew on
 *     the other shares each time
 */
public record TestSettings(
    Optional<Phantoms> phantoms,
    Optional<LeaveOneOut> leaveOneOut,
    Optional<HeldOut> heldOut,
    Optional<CrossValidation> crossValidation) {

  public TestSettings {
    long given =
        Stream.of(phantoms, leaveOneOut, heldOut, crossValidation)
            .filter(Optional::isPresent)
            .count();
    if (given != 1) {
      throw new DataException(
          "expected one of phantoms, leave_one_out, held_out and cross_validation, got %d"
              .formatted(given));
    }
  }

  /**
   * Phantoms with the seeds from {@code firstSeed} on, one after the other, the healthy ones last.
   *
   * @param pathology of the diseased ones; not {@code healthy}
   * @param subjects how many have it, at least 1
   * @param healthy how many have no lesion, at least 0
   * @param firstSeed no seed may be among those of the training set
   */
  public record Phantoms(Pathology pathology, int subjects, int healthy, long firstSeed) {
    /** Seeds that training never uses. */
    public static final Phantoms DEFAULT = new Phantoms(Pathology.GLIOMA, 8, 2, 1_001_000);

    public Phantoms {
      if (subjects < 1 || healthy < 0 || pathology == Pathology.HEALTHY) {
        throw new DataException(
            "expected a pathology, 1 subject or more and 0 healthy ones or more, got %s, %d and %d"
                .formatted(pathology, subjects, healthy));
      }
    }
  }

  /**
   * Leave one patient out, or all patients of one site.
   *
   * @param by a column of the table, such as {@code site}: all patients with one value in it are
   *     left out together, each value in turn; absent for one patient at a time
   * @param patients whom, each in turn; empty for every patient with a lesion. Not together with
   *     {@code by}
   * @param most patients, or values of the column, at most, the first by name; at least 1
   */
  public record LeaveOneOut(Optional<String> by, List<String> patients, int most) {
    /** Every patient with a lesion. */
    public static final LeaveOneOut DEFAULT =
        new LeaveOneOut(Optional.empty(), List.of(), Integer.MAX_VALUE);

    public LeaveOneOut {
      patients = List.copyOf(patients);
      if (by.isPresent() && !patients.isEmpty()) {
        throw new DataException(
            "by is %s and patients are %s, expected one of the two"
                .formatted(by.get(), String.join(", ", patients)));
      }
      requireSome(most);
    }
  }

  /**
   * The configuration's test split.
   *
   * @param validation whether the validation split is tested on, too: no network has learnt from
   *     its patients, but settings may have been chosen by the labels of their images
   * @param most patients at most, the first by name; at least 1
   */
  public record HeldOut(boolean validation, int most) {
    /** All patients of the test split alone. */
    public static final HeldOut DEFAULT = new HeldOut(false, Integer.MAX_VALUE);

    public HeldOut {
      requireSome(most);
    }
  }

  /**
   * Patients are shared out at random, by the experiment's seed, those with a lesion as evenly as
   * those without. Each is tested once, by methods that learnt from the other shares; all scans of
   * a patient stay together.
   *
   * @param folds shares, at least 2
   * @param most shares that are tested at most, the first; at least 1
   */
  public record CrossValidation(int folds, int most) {
    /** Everybody, in fifths. */
    public static final CrossValidation DEFAULT = new CrossValidation(5, Integer.MAX_VALUE);

    public CrossValidation {
      if (folds < 2) {
        throw new DataException("folds is %d, expected at least 2".formatted(folds));
      }
      requireSome(most);
    }
  }

  private static void requireSome(int most) {
    if (most < 1) {
      throw new DataException("most is %d, expected at least 1".formatted(most));
    }
  }

  /** The same with no more subjects of each kind. */
  TestSettings atMost(int most) {
    return new TestSettings(
        phantoms.map(
            all ->
                new Phantoms(
                    all.pathology(),
                    Math.min(most, all.subjects()),
                    Math.min(most, all.healthy()),
                    all.firstSeed())),
        leaveOneOut.map(
            all -> new LeaveOneOut(all.by(), all.patients(), Math.min(most, all.most()))),
        heldOut.map(all -> new HeldOut(all.validation(), Math.min(most, all.most()))),
        crossValidation.map(all -> new CrossValidation(all.folds(), Math.min(most, all.most()))));
  }
}
