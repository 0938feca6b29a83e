package dev.hale.app.experiment;

import dev.hale.app.prepare.PreparationPlan;
import dev.hale.app.prepare.Subject;
import dev.hale.scan.DataException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Patients in groups, each of which is tested by methods that learnt from the others. No patient is
 * in two groups.
 *
 * @param what the groups are, in the plural, for messages
 * @param patients by the name of their group, in order
 */
record PatientGroups(String what, Map<String, List<String>> patients) {
  private static final String HEALTHY = "healthy";

  /**
   * A group for each patient.
   *
   * @throws DataException where one is named that there is not, or none has a lesion
   */
  static PatientGroups single(PreparationPlan plan, List<String> named) {
    Map<String, String> strata = plan.patients();
    Set<String> wanted = new TreeSet<>(named);
    if (wanted.isEmpty()) {
      strata.forEach(
          (patient, stratum) -> {
            if (!stratum.equals(HEALTHY)) {
              wanted.add(patient);
            }
          });
    }
    if (wanted.isEmpty()) {
      throw new DataException("there is no patient with a lesion to leave out");
    }
    Map<String, List<String>> groups = new LinkedHashMap<>();
    for (String patient : wanted) {
      if (!strata.containsKey(patient)) {
        throw new DataException("there is no patient %s to leave out".formatted(patient));
      }
      groups.put(patient, List.of(patient));
    }
    return new PatientGroups("patients", groups);
  }

  /**
   * A group for each value of a column, in alphabetical order.
   *
   * @throws DataException where a subject has none, a patient has two, or all have the same
   */
  static PatientGroups by(TableColumn column, PreparationPlan plan) {
    Map<String, String> valueOf = new TreeMap<>();
    for (Subject subject : plan.subjects()) {
      String value = column.of(subject);
      String other = valueOf.put(subject.patient(), value);
      if (other != null && !other.equals(value)) {
        throw new DataException(
            "%s keeps values of %s apart, and patient %s has two, %s and %s"
                .formatted(column.key(), column.name(), subject.patient(), other, value));
      }
    }
    Map<String, List<String>> groups = new TreeMap<>();
    valueOf.forEach(
        (patient, value) -> groups.computeIfAbsent(value, any -> new ArrayList<>()).add(patient));
    if (groups.size() < 2) {
      throw new DataException(
          "%s leaves one %s out, and there is only %s"
              .formatted(column.key(), column.name(), String.join(", ", groups.keySet())));
    }
    return new PatientGroups("values of " + column.name(), groups);
  }

  /**
   * Groups {@code fold-1} to {@code fold-N} at random: sizes differ by one patient at most, and so
   * do the numbers of those with and of those without a lesion.
   *
   * @param seed decides who is where
   * @throws DataException where a group would have no patient with a lesion
   */
  static PatientGroups folds(PreparationPlan plan, int folds, long seed) {
    Map<String, List<String>> strata = new TreeMap<>();
    plan.patients()
        .forEach(
            (patient, stratum) ->
                strata
                    .computeIfAbsent(
                        stratum.equals(HEALTHY) ? HEALTHY : "diseased", any -> new ArrayList<>())
                    .add(patient));
    int diseased = strata.getOrDefault("diseased", List.of()).size();
    if (diseased < folds) {
      throw new DataException(
          "cross_validation has folds: %d, and there are %d patients with a lesion, fewer than one"
                  .formatted(folds, diseased)
              + " a fold");
    }
    List<List<String>> dealt = new ArrayList<>();
    for (int fold = 0; fold < folds; fold++) {
      dealt.add(new ArrayList<>());
    }
    int next = 0; // goes on where the stratum before ended, so that sizes stay even
    for (Map.Entry<String, List<String>> stratum : strata.entrySet()) {
      List<String> patients = stratum.getValue(); // in order of their names
      Collections.shuffle(patients, new Random(seed ^ stratum.getKey().hashCode()));
      for (String patient : patients) {
        dealt.get(next++ % folds).add(patient);
      }
    }
    Map<String, List<String>> groups = new LinkedHashMap<>();
    for (int fold = 0; fold < folds; fold++) {
      Collections.sort(dealt.get(fold));
      groups.put("fold-" + (fold + 1), dealt.get(fold));
    }
    return new PatientGroups("folds", groups);
  }

  /** The first of them. */
  PatientGroups atMost(int most) {
    Map<String, List<String>> first = new LinkedHashMap<>();
    patients.entrySet().stream()
        .limit(most)
        .forEach(group -> first.put(group.getKey(), group.getValue()));
    return new PatientGroups(what, first);
  }
}
