package dev.hale.experiment;

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

  /** The patients of candidates and their strata; one diseased scan makes a patient diseased. */
  static Map<String, String> strata(List<? extends Candidate> candidates) {
    Map<String, String> strata = new TreeMap<>();
    for (Candidate candidate : candidates) {
      strata.merge(
          candidate.patient(),
          candidate.stratum(),
          (one, other) -> one.equals("healthy") ? other : one);
    }
    return strata;
  }

  /** The splits that the settings or the files themselves settle. */
  static Map<String, Split> given(
      List<? extends Candidate> candidates, PreparationSettings settings) {
    Map<String, Split> given = new LinkedHashMap<>();
    for (Candidate candidate : candidates) {
      candidate.split().ifPresent(split -> settle(given, candidate, split));
    }
    name(given, candidates, settings.validationSubjects(), Split.VALIDATION);
    name(given, candidates, settings.testSubjects(), Split.TEST);
    return given;
  }

  private static void name(
      Map<String, Split> given,
      List<? extends Candidate> candidates,
      List<String> names,
      Split split) {
    for (String name : names) {
      List<? extends Candidate> meant =
          candidates.stream()
              .filter(c -> c.patient().equals(name) || c.subject().equals(name))
              .toList();
      if (meant.isEmpty()) {
        throw new DataException("there is no subject %s to put aside".formatted(name));
      }
      meant.forEach(candidate -> settle(given, candidate, split));
    }
  }

  private static void settle(Map<String, Split> given, Candidate candidate, Split split) {
    Split other = given.put(candidate.patient(), split);
    if (other != null && other != split) {
      throw new DataException(
          ("patient %s is meant for two splits, %s and %s; where a setting or an experiment puts"
                  + " patients aside, the table must not say otherwise: leave out its column split")
              .formatted(candidate.patient(), other, split));
    }
  }
}
