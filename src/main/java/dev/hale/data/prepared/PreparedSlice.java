package dev.hale.data.prepared;

import dev.hale.scan.DataException;
import java.util.OptionalInt;

/**
 * What is known of one model image of a prepared set: a row of its index.
 *
 * @param subject whose slice it is; not blank
 * @param slice which slice of the volume, counted from Left, Posterior or Inferior; at least 0
 * @param split of the subject
 * @param label of the image: 0 healthy, 1 diseased
 * @param lesionVoxels lesion voxels in the slice of the volume itself; empty where there is no mask
 * @param brainFraction share of the model image that is brain, in (0, 1]
 * @param source where the scan came from, such as a path; may be empty
 */
public record PreparedSlice(
    String subject,
    int slice,
    Split split,
    int label,
    OptionalInt lesionVoxels,
    double brainFraction,
    String source) {
  public PreparedSlice {
    if (subject.isBlank()) {
      throw new DataException("a prepared slice names no subject");
    }
    String name = "subject %s, slice %d".formatted(subject, slice);
    if (slice < 0) {
      throw new DataException("%s: slices count from 0".formatted(name));
    }
    if (label != 0 && label != 1) {
      throw new DataException(
          "%s: label is %d, expected 0 (healthy) or 1 (diseased)".formatted(name, label));
    }
    if (lesionVoxels.orElse(0) < 0) {
      throw new DataException(
          "%s: %d lesion voxels, expected 0 or more".formatted(name, lesionVoxels.getAsInt()));
    }
    if (!(brainFraction > 0 && brainFraction <= 1)) {
      throw new DataException(
          "%s: brain fraction is %s, expected (0, 1]".formatted(name, brainFraction));
    }
  }

  /** Whether the label says diseased. */
  public boolean diseased() {
    return label == 1;
  }
}
