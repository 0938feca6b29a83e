package dev.hale.experiment;

import dev.hale.data.Axis;
import dev.hale.data.BrainMask;
import dev.hale.data.Canonical;
import dev.hale.data.DataException;
import dev.hale.data.Scan;
import dev.hale.evaluation.SubjectMetrics;
import dev.hale.evaluation.VolumeShape;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A subject that is tested on, read, and how its voxels are counted slice by slice.
 *
 * @param patient whom it shows
 * @param scan all channels that there are
 * @param brain 1 inside, on the scan's grid
 * @param truth 1 in a lesion, on the scan's grid; empty where none is known
 * @param labelOnly whether all that is known is that the image is diseased
 */
record TestSubject(String patient, Scan scan, byte[] brain, byte[] truth, boolean labelOnly) {
  private static final int BLOCK = 1 << 14; // values

  /**
   * Reads a candidate. A diseased one without a mask can be scored as an image, if it is a single
   * slice.
   *
   * @param channels by which the brain is found where no mask is given
   * @throws DataException where it is a diseased volume and there is no lesion mask to score with
   */
  static TestSubject read(Candidate candidate, List<String> channels) {
    Candidate.Loaded loaded = candidate.load();
    byte[] truth = loaded.lesion() == null ? null : loaded.lesion().voxels();
    boolean labelOnly = truth == null && !candidate.stratum().equals("healthy");
    if (labelOnly && loaded.scan().grid().nz() > 1) {
      throw new DataException(
          "%s has no lesion mask and cannot be scored: its label does not say which slices are"
                  .formatted(candidate.subject())
              + " diseased");
    }
    byte[] brain =
        loaded.brain() == null
            ? BrainMask.find(loaded.scan().select(channels))
            : loaded.brain().voxels();
    return new TestSubject(
        candidate.patient(),
        loaded.scan(),
        brain,
        truth == null ? new byte[loaded.scan().grid().size()] : truth,
        labelOnly);
  }

  /** Measures a map on the scan's grid, slices taken across an axis. */
  SubjectMetrics measure(float[] map, double threshold, Axis axis) {
    Canonical canonical = Canonical.of(scan.grid());
    int[] order = order(canonical, axis);
    float[] turned = new float[map.length];
    byte[] turnedTruth = new byte[map.length];
    byte[] turnedBrain = new byte[map.length];
    for (int v = 0; v < order.length; v++) {
      turned[v] = map[order[v]];
      turnedTruth[v] = truth[order[v]];
      turnedBrain[v] = brain[order[v]];
    }
    double[] side = canonical.grid().spacing();
    VolumeShape shape =
        new VolumeShape(
            canonical.size(axis.column()),
            canonical.size(axis.row()),
            canonical.size(axis.normal()),
            side[0] * side[1] * side[2]);
    return labelOnly
        ? SubjectMetrics.ofDiseased(turned, turnedBrain, shape)
        : SubjectMetrics.of(turned, threshold, turnedTruth, turnedBrain, shape);
  }

  /** Where in the scan the voxels lie, slice by slice, row by row. */
  private static int[] order(Canonical canonical, Axis axis) {
    int[] order = new int[canonical.source().size()];
    int[] place = new int[3];
    int next = 0;
    for (int slice = 0; slice < canonical.size(axis.normal()); slice++) {
      place[axis.normal()] = slice;
      for (int row = 0; row < canonical.size(axis.row()); row++) {
        place[axis.row()] = row;
        for (int column = 0; column < canonical.size(axis.column()); column++) {
          place[axis.column()] = column;
          order[next++] = canonical.sourceIndex(place[0], place[1], place[2]);
        }
      }
    }
    return order;
  }

  /** SHA-256 of channels, grid, voxels, brain and truth (or label). */
  String sha256() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(
          "%s %s".formatted(scan.channels(), scan.grid()).getBytes(StandardCharsets.UTF_8));
      ByteBuffer block = ByteBuffer.allocate(Float.BYTES * BLOCK);
      float[] voxels = scan.voxels();
      for (int from = 0; from < voxels.length; from += BLOCK) {
        block.clear();
        for (int v = from; v < Math.min(voxels.length, from + BLOCK); v++) {
          block.putFloat(voxels[v]);
        }
        digest.update(block.flip());
      }
      digest.update(brain);
      digest.update(truth);
      if (labelOnly) {
        digest.update("diseased".getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }
}
