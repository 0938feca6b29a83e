package dev.hale.app.experiment;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.detection.AnomalyDetector;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.SliceImages;
import dev.hale.evaluation.Thresholds;
import dev.hale.scan.AnomalyMap;
import dev.hale.scan.Axis;
import dev.hale.scan.Scan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Two methods that learn nothing: what is bright in FLAIR, and what is dark. */
final class FakeMethods implements MethodProvider {
  /** Seconds that the dark one says it has saved. */
  static final double SAVED = 1e6;

  /** Ends a run as if the process had been killed. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  final Map<String, Integer> finished = new HashMap<>();
  final List<Fold> opened = new ArrayList<>();
  List<String> learning = names();
  int worksLeft = Integer.MAX_VALUE;
  double savedSeconds;
  UnaryOperator<Scan> heal = scan -> null; // makes no healthy image
  boolean judges;
  int judgementsLeft = Integer.MAX_VALUE;
  int asked;
  int openJudges;
  Map<String, List<String>> critics = Map.of();

  private void work(String what) {
    if (worksLeft-- <= 0) { // and stays dead
      throw new Killed();
    }
    finished.merge(what, 1, Integer::sum);
  }

  @Override
  public List<String> names() {
    return List.of("bright", "dark");
  }

  @Override
  public boolean learns(String method, Fold fold) {
    return learning.contains(method);
  }

  @Override
  public void train(String method, Fold fold, ExperimentListener listener) {
    assertTrue(Files.exists(fold.config().data().set().resolve("set.json")), "data are there");
    work("train " + method + " " + fold.name());
  }

  @Override
  public AnomalyDetector open(String method, Fold fold) {
    opened.add(fold);
    return new Fake(method, fold.config().data().preparation().channels(), this);
  }

  @Override
  public List<String> critics(String method, Fold fold) {
    return critics.getOrDefault(method, List.of());
  }

  /** Its logit is the mean brightness; of the unconstrained one the other way round. */
  @Override
  public ImageScorer critic(String name, Fold fold) {
    work("ask %s %s".formatted(name, fold.name()));
    openJudges++;
    return new ImageScorer() {
      @Override
      public int context() {
        return 0;
      }

      @Override
      public float[] logits(SliceImages slices) {
        float[][] images = slices.stacked();
        float[] logits = new float[images.length];
        for (int n = 0; n < images.length; n++) {
          for (float pixel : images[n]) {
            logits[n] += (name.equals("critic") ? pixel : -pixel) / images[n].length;
          }
        }
        return logits;
      }

      @Override
      public void close() {
        openJudges--;
      }
    };
  }

  /** Calls a slice diseased by the share of it that is as bright as it can be in FLAIR. */
  @Override
  public Optional<Judge> judge(Fold fold, ExperimentListener listener) {
    if (!judges) {
      return Optional.empty();
    }
    openJudges++;
    return Optional.of(
        new Judge() {
          @Override
          public double threshold() {
            return 0.02;
          }

          @Override
          public int context() {
            return 0;
          }

          @Override
          public float[] logits(SliceImages slices) {
            float[][] images = slices.stacked();
            asked++;
            if (judgementsLeft-- == 0) {
              throw new Killed();
            }
            float[] logits = new float[images.length];
            for (int n = 0; n < images.length; n++) {
              for (int p = 0; p < 16 * 16; p++) {
                logits[n] += images[n][p] > 0.8f ? 1 / 256f : 0;
              }
            }
            return logits;
          }

          @Override
          public void close() {
            openJudges--;
          }
        });
  }

  @Override
  public double savedSeconds() {
    return savedSeconds;
  }

  @Override
  public Map<String, Path> trainingLogs(String method, Fold fold) {
    return Map.of();
  }

  private record Fake(String method, List<String> all, FakeMethods fakes)
      implements AnomalyDetector {
    @Override
    public Axis axis() {
      return Axis.AXIAL;
    }

    @Override
    public List<String> channels() {
      return method.equals("bright") ? all : all.subList(0, 1);
    }

    @Override
    public AnomalyMap detect(Scan scan, byte[] brain, DetectionProgress progress) {
      fakes.work("detect %s %s".formatted(method, scan.name()));
      fakes.savedSeconds += method.equals("dark") ? SAVED : 0;
      float[] map = scan.channel(0);
      for (int v = 0; v < map.length; v++) {
        map[v] = brain[v] == 0 ? 0 : method.equals("bright") ? map[v] : 1 / (1 + map[v]);
      }
      double threshold = Thresholds.percentile(map, brain, 90);
      return new AnomalyMap(
          scan.grid(),
          map,
          Thresholds.above(map, threshold, brain),
          method.equals("bright") ? fakes.heal.apply(scan) : null,
          threshold,
          "90th percentile",
          1,
          Map.of("method", method));
    }

    @Override
    public Map<String, String> provenance() {
      return Map.of();
    }

    @Override
    public void close() {}
  }
}
