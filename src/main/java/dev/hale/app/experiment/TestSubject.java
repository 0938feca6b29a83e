package dev.hale.app.experiment;

import dev.hale.app.prepare.Subject;
import dev.hale.detection.result.ScanInput;
import dev.hale.evaluation.SubjectMetrics;
import dev.hale.io.Sha256;
import dev.hale.picture.SliceOrder;
import dev.hale.scan.Axis;
import dev.hale.scan.BrainMask;
import dev.hale.scan.DataException;
import dev.hale.scan.Mask;
import dev.hale.scan.Scan;
import dev.hale.scan.WantedChannels;
import java.util.List;

/**
 * A subject that is tested on, read, and how its voxels are counted slice by slice.
 *
 * @param patient whom it shows
 * @param scan all channels that there are
 * @param brainMask on the scan's grid
 * @param truth 1 in a lesion, on the scan's grid; empty where none is known
 * @param labelOnly whether all that is known is that the image is diseased
 */
record TestSubject(String patient, Scan scan, Mask brainMask, byte[] truth, boolean labelOnly) {

  /** 1 inside, on the scan's grid. */
  byte[] brain() {
    return brainMask.voxels();
  }

  /**
   * Reads a subject. A diseased one without a mask can be scored as an image, if it is a single
   * slice.
   *
   * @param channels by which the brain is found where no mask is given
   * @throws DataException where it is a diseased volume and there is no lesion mask to score with
   */
  static TestSubject read(Subject subject, WantedChannels channels) {
    Subject.Loaded loaded = subject.load();
    byte[] truth = loaded.lesion() == null ? null : loaded.lesion().voxels();
    boolean labelOnly = truth == null && !subject.stratum().equals("healthy");
    if (labelOnly && loaded.scan().grid().nz() > 1) {
      throw new DataException(
          "%s has no lesion mask and cannot be scored: its label does not say which slices are"
                  .formatted(subject.name())
              + " diseased");
    }
    Mask brain =
        loaded.brain() == null
            ? new Mask(ScanInput.FOUND_BRAIN, BrainMask.find(channels.of(loaded.scan())), List.of())
            : loaded.brain();
    return new TestSubject(
        subject.patient(),
        loaded.scan(),
        brain,
        truth == null ? new byte[loaded.scan().grid().size()] : truth,
        labelOnly);
  }

  /** Measures a map on the scan's grid, slices taken across an axis. */
  SubjectMetrics measure(float[] map, double threshold, Axis axis) {
    SliceOrder order = new SliceOrder(scan.grid(), axis);
    return labelOnly
        ? SubjectMetrics.ofDiseased(order.of(map), order.of(brain()), order.shape())
        : SubjectMetrics.of(
            order.of(map), threshold, order.of(truth), order.of(brain()), order.shape());
  }

  /** SHA-256 of channels, grid, voxels, brain and truth (or label). */
  String sha256() {
    Sha256 digest =
        new Sha256()
            .add("%s %s".formatted(scan.channels(), scan.grid()))
            .add(scan.voxels())
            .add(brain())
            .add(truth);
    return (labelOnly ? digest.add("diseased") : digest).hex();
  }
}
