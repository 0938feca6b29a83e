package dev.hale.app.experiment;

import dev.hale.app.experiment.report.ResultFiles;
import dev.hale.app.experiment.report.ScoredImage;
import dev.hale.app.prepare.Subject;
import dev.hale.detection.SliceImages;
import dev.hale.evaluation.SliceMetrics;
import dev.hale.scan.PreparedScan;
import dev.hale.scan.Preprocessing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Asks the critics that a fold's methods are made of about the test subjects, image by image: what
 * a method's map scores comes after the critic's own verdict. {@code CRITIC-logits.json} beside the
 * network appears whole or not at all, and is made anew where subjects have joined.
 */
final class CriticStage {
  private final TestFold testFold;
  private final Function<Subject, ResultFolder> place;

  /** What {@code CRITIC-logits.json} says. */
  private record Logits(List<ScoredImage> images) {}

  /**
   * Of a fold in which all methods have finished.
   *
   * @param place results of any one method, for which slices count and which are diseased
   */
  CriticStage(TestFold testFold, Function<Subject, ResultFolder> place) {
    this.testFold = testFold;
    this.place = place;
  }

  /** Asks a critic, unless it was asked before. */
  void run(String critic, MethodProvider methods, ExperimentListener listener) {
    if (!isFinished(critic)) {
      try (ImageScorer scorer = methods.critic(critic, testFold.fold())) {
        List<ScoredImage> images = new ArrayList<>();
        String title = "Asking %s, %s".formatted(critic, testFold.fold().name());
        var progress = listener.onDetection(title);
        for (Subject subject : testFold.cases()) {
          images.addAll(ask(critic, subject, scorer));
          progress.onSlices(images.size(), Math.max(images.size(), testFold.cases().size()));
        }
        ResultFiles.write(file(critic), new Logits(images));
      } finally {
        listener.onEnd();
      }
    }
  }

  /** What a critic said of the subjects that are tested. */
  List<ScoredImage> read(String critic) {
    Set<String> wanted = names();
    return ResultFiles.read(file(critic), Logits.class).images().stream()
        .filter(image -> wanted.contains(image.subject()))
        .toList();
  }

  private boolean isFinished(String critic) {
    if (!Files.exists(file(critic))) {
      return false;
    }
    Set<String> asked = new HashSet<>();
    ResultFiles.read(file(critic), Logits.class)
        .images()
        .forEach(image -> asked.add(image.subject()));
    return asked.containsAll(names());
  }

  private Set<String> names() {
    return testFold.cases().stream().map(Subject::name).collect(Collectors.toSet());
  }

  private Path file(String critic) {
    return testFold.fold().folder().resolve(critic + "-logits.json");
  }

  private List<ScoredImage> ask(String critic, Subject subject, ImageScorer scorer) {
    Fold fold = testFold.fold();
    Preprocessing images = fold.config().data().preparation().preprocessing();
    TestSubject tested = TestSubject.read(subject, images.wanted());
    PreparedScan prepared = images.prepare(tested.scan(), tested.brain());
    Map<Integer, SliceMetrics> counted =
        place.apply(subject).measures().metrics().slices().stream()
            .collect(Collectors.toMap(SliceMetrics::slice, slice -> slice));
    int[] seen = prepared.slices();
    int[] asked =
        IntStream.range(0, seen.length).filter(n -> counted.containsKey(seen[n])).toArray();
    float[] logits = scorer.logits(SliceImages.of(prepared, scorer.context()).only(asked));
    return IntStream.range(0, asked.length)
        .mapToObj(
            n ->
                new ScoredImage(
                    critic,
                    fold.seed(),
                    fold.name(),
                    subject.patient(),
                    subject.name(),
                    seen[asked[n]],
                    counted.get(seen[asked[n]]).diseased(),
                    logits[n]))
        .toList();
  }
}
