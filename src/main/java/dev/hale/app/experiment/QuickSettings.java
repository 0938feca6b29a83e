package dev.hale.app.experiment;

import dev.hale.scan.DataException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the small version of an experiment does otherwise, to see within minutes that all works.
 *
 * @param set values that go before the training configuration's and the experiment's
 * @param methods that take part; all where it is missing
 * @param testSubjects of each kind at most, at least 1: phantoms of a pathology, healthy ones,
 *     patients
 */
public record QuickSettings(List<String> set, Optional<List<String>> methods, int testSubjects) {
  /** The same with further values, which go before these. */
  QuickSettings with(List<String> values) {
    List<String> all = new ArrayList<>(set);
    all.addAll(values);
    return new QuickSettings(all, methods, testSubjects);
  }

  /** What a section that is silent gets. */
  public static final QuickSettings DEFAULT = new QuickSettings(List.of(), Optional.empty(), 2);

  public QuickSettings {
    set = List.copyOf(set);
    if (testSubjects < 1) {
      throw new DataException("test_subjects is %d, expected at least 1".formatted(testSubjects));
    }
  }
}
