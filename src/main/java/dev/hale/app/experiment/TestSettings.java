package dev.hale.app.experiment;

import dev.hale.data.phantom.Pathology;
import dev.hale.scan.DataException;
import java.util.List;
import java.util.Optional;

/**
 * On whom an experiment tests; exactly one of the three.
 *
 * @param phantoms made on the way; all methods are trained once
 * @param leaveOneOut one patient after the other, methods trained anew on the rest each time
 * @param heldOut the patients that the configuration puts aside for testing
 */
public record TestSettings(
    Optional<Phantoms> phantoms, Optional<LeaveOneOut> leaveOneOut, Optional<HeldOut> heldOut) {

  public TestSettings {
    int given =
        (phantoms.isPresent() ? 1 : 0)
            + (leaveOneOut.isPresent() ? 1 : 0)
            + (heldOut.isPresent() ? 1 : 0);
    if (given != 1) {
      throw new DataException(
          "expected one of phantoms, leave_one_out and held_out, got %d".formatted(given));
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
   * Leave one patient out.
   *
   * @param patients whom, each in turn; empty for every patient with a lesion
   * @param most patients at most, the first by name; at least 1
   */
  public record LeaveOneOut(List<String> patients, int most) {
    /** Every patient with a lesion. */
    public static final LeaveOneOut DEFAULT = new LeaveOneOut(List.of(), Integer.MAX_VALUE);

    public LeaveOneOut {
      patients = List.copyOf(patients);
      if (most < 1) {
        throw new DataException("most is %d, expected at least 1".formatted(most));
      }
    }
  }

  /**
   * The configuration's test split.
   *
   * @param most patients at most, the first by name; at least 1
   */
  public record HeldOut(int most) {
    /** All of them. */
    public static final HeldOut DEFAULT = new HeldOut(Integer.MAX_VALUE);

    public HeldOut {
      if (most < 1) {
        throw new DataException("most is %d, expected at least 1".formatted(most));
      }
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
        leaveOneOut.map(all -> new LeaveOneOut(all.patients(), Math.min(most, all.most()))),
        heldOut.map(all -> new HeldOut(Math.min(most, all.most()))));
  }
}
