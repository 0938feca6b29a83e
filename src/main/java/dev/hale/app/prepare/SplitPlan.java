package dev.hale.app.prepare;

import dev.hale.app.recipe.PreparationSettings;
import dev.hale.data.prepared.Split;
import dev.hale.scan.DataException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Which patients are for training, validation and testing: all scans of a patient together, the
 * shares kept among healthy and diseased patients alike.
 */
record SplitPlan(double validation, double test, long seed) {
  /**
   * Deals the patients out.
   *
   * @param strata each patient's stratum
   * @param given patients whose split is settled; the shares are dealt among the others
   */
  Map<String, Split> deal(Map<String, String> strata, Map<String, Split> given) {
    Map<String, List<String>> byStratum = new TreeMap<>();
    strata.forEach(
        (patient, stratum) -> {
          if (!given.containsKey(patient)) {
            byStratum.computeIfAbsent(stratum, key -> new ArrayList<>()).add(patient);
          }
        });
    Map<String, Split> dealt = new LinkedHashMap<>(given);
    byStratum.forEach(
        (stratum, patients) -> {
          Collections.sort(patients);
          Collections.shuffle(patients, new Random(seed ^ stratum.hashCode()));
          int validating = (int) Math.round(validation * patients.size());
          int testing = (int) Math.round(test * patients.size());
          for (int i = 0; i < patients.size(); i++) {
            dealt.put(
                patients.get(i),
                i < validating
                    ? Split.VALIDATION
                    : i < validating + testing ? Split.TEST : Split.TRAIN);
          }
        });
    return dealt;
  }

  /**
   * Without some of the patients to train on: so many are kept, drawn at random, that fewer are
   * always among more.
   *
   * @param most how many, at least 1
   */
  Map<String, Split> keeping(int most, Map<String, Split> dealt) {
    List<String> training = new ArrayList<>();
    dealt.forEach(
        (patient, split) -> {
          if (split == Split.TRAIN) {
            training.add(patient);
          }
        });
    Collections.sort(training);
    Collections.shuffle(training, new Random(seed));
    Map<String, Split> kept = new LinkedHashMap<>(dealt);
    training.stream().skip(most).forEach(kept::remove);
    return kept;
  }

  /** The patients of subjects and their strata; one diseased scan makes a patient diseased. */
  static Map<String, String> strata(List<? extends Subject> subjects) {
    Map<String, String> strata = new TreeMap<>();
    for (Subject subject : subjects) {
      strata.merge(
          subject.patient(),
          subject.stratum(),
          (one, other) -> one.equals("healthy") ? other : one);
    }
    return strata;
  }

  /** The splits that the settings or the files themselves settle. */
  static Map<String, Split> given(List<? extends Subject> subjects, PreparationSettings settings) {
    Map<String, Split> given = new LinkedHashMap<>();
    for (Subject subject : subjects) {
      subject.split().ifPresent(split -> settle(given, subject, split));
    }
    name(given, subjects, settings.validationSubjects(), Split.VALIDATION);
    name(given, subjects, settings.testSubjects(), Split.TEST);
    return given;
  }

  private static void name(
      Map<String, Split> given, List<? extends Subject> subjects, List<String> names, Split split) {
    for (String name : names) {
      List<? extends Subject> meant =
          subjects.stream().filter(c -> c.patient().equals(name) || c.name().equals(name)).toList();
      if (meant.isEmpty()) {
        throw new DataException("there is no subject %s to put aside".formatted(name));
      }
      meant.forEach(subject -> settle(given, subject, split));
    }
  }

  private static void settle(Map<String, Split> given, Subject subject, Split split) {
    Split other = given.put(subject.patient(), split);
    if (other != null && other != split) {
      throw new DataException(
          ("patient %s is meant for two splits, %s and %s; where a setting or an experiment puts"
                  + " patients aside, the table must not say otherwise: leave out its column split")
              .formatted(subject.patient(), other, split));
    }
  }
}
