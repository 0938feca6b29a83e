package dev.hale.app.experiment;

import dev.hale.app.prepare.Subject;
import dev.hale.detection.DetectionProgress;
import dev.hale.scan.Preprocessing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Measures the healthy images of a testFold from the files that detection left. It may be killed at
 * any moment; what is measured already is left alone.
 */
final class HealthyImageStage {
  private final Preprocessing images;
  private final Map<Subject, List<ResultFolder>> waiting = new LinkedHashMap<>();

  /** Of a testFold in which all methods have finished. */
  HealthyImageStage(
      TestFold testFold, List<String> methods, BiFunction<String, Subject, ResultFolder> place) {
    images = testFold.fold().config().data().preparation().preprocessing();
    for (Subject subject : testFold.cases()) {
      for (String method : methods) {
        look(subject, place.apply(method, subject));
      }
    }
  }

  private void look(Subject subject, ResultFolder folder) {
    if (folder.hasHealthy(images.channels()) && folder.measures().healthyImage() == null) {
      waiting.computeIfAbsent(subject, any -> new ArrayList<>()).add(folder);
    }
  }

  /** Whether there is anything to measure. */
  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /**
   * Measures.
   *
   * @param judge is asked whether the images are healthy
   */
  void run(Optional<Judge> judge, ExperimentListener listener) {
    waiting.forEach(
        (subject, folders) -> {
          String title = "Measuring healthy images, %s".formatted(subject.name());
          try {
            measure(subject, folders, judge, listener.onDetection(title));
          } finally {
            listener.onEnd();
          }
        });
  }

  private void measure(
      Subject subject,
      List<ResultFolder> folders,
      Optional<Judge> judge,
      DetectionProgress progress) {
    TestSubject tested = TestSubject.read(subject, images.wanted());
    HealthyImageScorer scorer =
        new HealthyImageScorer(
            tested, subject.twin(), images, folders.get(0).measures().metrics().slices(), judge);
    int done = 0;
    for (ResultFolder folder : folders) {
      folder.write(
          folder
              .measures()
              .withHealthyImage(
                  scorer.of(folder.healthy(images.channels()), folder.mask(tested.scan()))));
      progress.onSlices(++done, folders.size());
    }
  }
}
