package dev.hale.app.sample;

import dev.hale.detection.DetectionProgress;
import dev.hale.detection.method.ImageSampler;
import dev.hale.detection.method.ImageSampler.Chain;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Makes the images that settings ask for: a line of them for each class and number of steps. */
public final class SampleRun {
  private final ImageSampler sampler;
  private final SampleSettings settings;
  private final List<Integer> labels;
  private final int level;

  /**
   * Checks that the model can make them; no scan is read yet.
   *
   * @param sampler stays the caller's
   * @throws dev.hale.engine.CheckpointException if it would have to start from noise and has not
   *     learned to
   * @throws IllegalArgumentException if the settings do not fit the model
   */
  public SampleRun(ImageSampler sampler, SampleSettings settings) {
    this.sampler = sampler;
    this.settings = settings;
    labels = labels(sampler.classes(), settings);
    int learned = sampler.noiseLevels();
    level = settings.level().orElse(learned);
    boolean fromNoise = settings.source().slices().isEmpty();
    if (fromNoise) {
      sampler.requireAllNoiseLevels();
    }
    if (level > learned) {
      throw new IllegalArgumentException(
          "the noise level is %d, but the model has learned those up to %d"
              .formatted(level, learned));
    }
    if (fromNoise && level < learned) {
      throw new IllegalArgumentException(
          "the noise level is %d, but noise alone is level %d; a lower one is for scans"
              .formatted(level, learned));
    }
    List<Chain> chains =
        settings.steps().stream().map(steps -> chain(steps, labels.get(0))).toList();
    if (!settings.source().isWay()) {
      chains.forEach(sampler::require);
    }
  }

  private static List<Integer> labels(List<String> classes, SampleSettings settings) {
    if (settings.kind().isEmpty()) {
      return classes.isEmpty() ? List.of(0) : IntStream.range(0, classes.size()).boxed().toList();
    }
    String kind = settings.kind().get();
    if (!classes.contains(kind)) {
      throw new IllegalArgumentException(
          classes.isEmpty()
              ? "the class is %s, but the model was trained without classes".formatted(kind)
              : "the class is %s, expected %s".formatted(kind, String.join(" or ", classes)));
    }
    return List.of(classes.indexOf(kind));
  }

  private Chain chain(int steps, int label) {
    return new Chain(level, steps, settings.sampler(), settings.eta(), label);
  }

  /** How many images there will be. */
  public int images() {
    return labels.size() * settings.steps().size() * settings.count();
  }

  /**
   * Makes them.
   *
   * @param progress told of images
   * @throws dev.hale.scan.DataException if a scan cannot be read or does not fit
   */
  public SampleSet run(DetectionProgress progress) {
    List<ScanSlice.Image> slices =
        settings.source().slices().stream()
            .map(slice -> slice.read(sampler.preprocessing(), sampler.context()))
            .toList();
    List<SampleSet.Line> lines = new ArrayList<>();
    for (int label : labels) {
      for (int steps : settings.steps()) {
        int before = lines.size() * settings.count();
        float[][] images =
            settings
                .source()
                .images(
                    sampler,
                    slices.stream().map(ScanSlice.Image::pixels).toList(),
                    LongStream.range(0, settings.count()).map(n -> settings.seed() + n).toArray(),
                    chain(steps, label),
                    (done, total) -> progress.onSlices(before + done, images()));
        String kind = sampler.classes().isEmpty() ? "" : sampler.classes().get(label);
        lines.add(new SampleSet.Line(kind, steps, List.of(images), captions()));
      }
    }
    return new SampleSet(sampler.preprocessing(), level, lines, consistency(lines), slices);
  }

  private List<String> captions() {
    int count = settings.count();
    return IntStream.range(0, count)
        .mapToObj(
            n ->
                settings.source().isWay()
                    ? String.format(Locale.ROOT, "%.2f", n / (count - 1.0))
                    : "seed " + (settings.seed() + n))
        .toList();
  }

  /** Each line against that of the same class with most steps; none where there is one number. */
  private List<SampleSet.Consistency> consistency(List<SampleSet.Line> lines) {
    if (settings.steps().size() == 1) {
      return List.of();
    }
    int best = settings.steps().indexOf(Collections.max(settings.steps()));
    List<SampleSet.Consistency> distances = new ArrayList<>();
    for (int n = 0; n < lines.size(); n++) {
      int first = n - n % settings.steps().size();
      distances.add(SampleSet.Consistency.of(lines.get(n), lines.get(first + best)));
    }
    return distances;
  }
}
