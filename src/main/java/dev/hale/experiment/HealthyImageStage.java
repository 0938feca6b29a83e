package dev.hale.experiment;

import dev.hale.detection.DetectionProgress;
import dev.hale.scan.Preprocessing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Measures the healthy images of a trial from the files that detection left. It may be killed at
 * any moment; what is measured already is left alone, and results of an earlier hale are measured
 * where they are whole.
 */
final class HealthyImageStage {
  private final Trial trial;
  private final Preprocessing images;
  private final Map<Candidate, List<ResultFolder>> waiting = new LinkedHashMap<>();
  private final List<ResultFolder> incomplete = new ArrayList<>();

  /** Of a trial in which all methods have finished. */
  HealthyImageStage(
      Trial trial, List<String> methods, BiFunction<String, Candidate, ResultFolder> place) {
    this.trial = trial;
    images = trial.fold().config().data().preparation().preprocessing();
    for (Candidate candidate : trial.cases()) {
      for (String method : methods) {
        look(candidate, place.apply(method, candidate));
      }
    }
  }

  private void look(Candidate candidate, ResultFolder folder) {
    if (!folder.hasHealthy(images.channels().get(0))
        || folder.read(trial.fold().seed()).healthyImage() != null) {
      return;
    }
    if (folder.hasWholeHealthy(images.channels())) {
      waiting.computeIfAbsent(candidate, any -> new ArrayList<>()).add(folder);
    } else {
      incomplete.add(folder);
    }
  }

  /** Whether there is anything to measure. */
  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /** Results that cannot be measured, because an earlier hale kept their first channel only. */
  List<ResultFolder> incomplete() {
    return incomplete;
  }

  /**
   * Measures.
   *
   * @param judge is asked whether the images are healthy
   */
  void run(Optional<Judge> judge, ExperimentListener listener) {
    waiting.forEach(
        (candidate, folders) -> {
          String title = "Measuring healthy images, %s".formatted(candidate.subject());
          try {
            measure(candidate, folders, judge, listener.onDetection(title));
          } finally {
            listener.onEnd();
          }
        });
  }

  private void measure(
      Candidate candidate,
      List<ResultFolder> folders,
      Optional<Judge> judge,
      DetectionProgress progress) {
    TestSubject subject = TestSubject.read(candidate, images.channels());
    long seed = trial.fold().seed();
    HealthyImageScorer scorer =
        new HealthyImageScorer(
            subject, candidate.twin(), images, folders.get(0).read(seed).metrics().slices(), judge);
    int done = 0;
    for (ResultFolder folder : folders) {
      folder.write(
          folder
              .read(seed)
              .withHealthyImage(
                  scorer.of(folder.healthy(images.channels()), folder.mask(subject.scan()))));
      progress.onSlices(++done, folders.size());
    }
  }
}
