package dev.hale.app.experiment;

import dev.hale.app.experiment.report.HealthyImageResult;
import dev.hale.app.experiment.report.HealthyImageResult.Measured;
import dev.hale.detection.SliceImages;
import dev.hale.evaluation.CriticVerdict;
import dev.hale.evaluation.HealthyImageMeasure;
import dev.hale.evaluation.SliceMetrics;
import dev.hale.picture.SliceOrder;
import dev.hale.scan.PreparedScan;
import dev.hale.scan.Preprocessing;
import dev.hale.scan.Scan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Measures the healthy images that methods made of one subject. */
final class HealthyImageScorer {
  private final Preprocessing images;
  private final PreparedScan prepared;
  private final SliceOrder order;
  private final HealthyImageMeasure measure;
  private final Optional<Judge> judge;
  private final int[] judged; // places of the model's slices that count
  private final boolean[] diseased; // one of each of those
  private final Measured scan;
  private final Measured twin; // null where there is none

  /**
   * Of a subject.
   *
   * @param twin the same head without lesion
   * @param images how scans become what models see
   * @param slices of the subject that count, as they were measured
   * @param judge is asked about the model's slices
   * @throws dev.hale.scan.DataException where the twin lies on another grid or lacks a channel
   */
  HealthyImageScorer(
      TestSubject subject,
      Optional<Scan> twin,
      Preprocessing images,
      List<SliceMetrics> slices,
      Optional<Judge> judge) {
    this.judge = judge;
    this.images = images;
    prepared = images.prepare(subject.scan(), subject.brain());
    Scan input = prepared.scan();
    Optional<Scan> healthy = twin.map(other -> other.select(input.channels()));
    order = new SliceOrder(input.grid(), images.axis());
    measure =
        order.measure(
            input,
            healthy,
            prepared.brainMask(), // finite in all channels
            subject.truth(),
            slices,
            images.lowerPercentile(),
            images.upperPercentile());
    Map<Integer, Boolean> labels = new HashMap<>();
    slices.forEach(slice -> labels.put(slice.slice(), slice.diseased()));
    int[] seen = prepared.slices();
    judged = IntStream.range(0, seen.length).filter(n -> labels.containsKey(seen[n])).toArray();
    diseased = new boolean[judged.length];
    for (int s = 0; s < judged.length; s++) {
      diseased[s] = labels.get(seen[judged[s]]);
    }
    scan = measured(input, subject.truth(), () -> prepared);
    this.twin = healthy.map(other -> measured(other, subject.truth())).orElse(null);
  }

  /**
   * Measures what a method made.
   *
   * @param healthy on the subject's grid, with the model's channels
   * @param marked what the method found, on the same grid
   */
  HealthyImageResult of(Scan healthy, byte[] marked) {
    return new HealthyImageResult(measured(healthy, marked), scan, twin);
  }

  private Measured measured(Scan image, byte[] marked) {
    return measured(image, marked, () -> images.prepare(image, prepared.brainMask()));
  }

  /** The image prepared as a scan of its own is asked for where there is a judge. */
  private Measured measured(Scan image, byte[] marked, Supplier<PreparedScan> own) {
    return new Measured(
        measure.of(order.of(image), order.of(marked)),
        judge.map(critic -> verdict(critic, own.get())).orElse(null));
  }

  private CriticVerdict verdict(Judge critic, PreparedScan own) {
    SliceImages asked = SliceImages.of(own, critic.context()).only(judged);
    return CriticVerdict.of(critic.logits(asked), critic.threshold(), diseased);
  }
}
