package dev.hale.detection.result;

import dev.hale.scan.BrainMask;
import dev.hale.scan.Mask;
import dev.hale.scan.Scan;
import dev.hale.scan.WantedChannels;
import java.util.List;
import java.util.Map;

/**
 * A scan as detection takes it.
 *
 * @param scan those of the model's channels that there are, in the model's order
 * @param brain where to look
 * @param made which files it was made from
 * @param pictures whether it is kept in pictures, which have neither left nor millimetres
 */
public record ScanInput(Scan scan, Mask brain, DetectionInputs made, boolean pictures) {
  /** Where a brain comes from that no file says. */
  public static final String FOUND_BRAIN = "what differs from the background";

  /**
   * Of a scan that a program has, whose brain is found as a detector finds it.
   *
   * @param channels of the detector
   * @throws dev.hale.scan.DataException where it lacks one of them that is not optional
   */
  public static ScanInput of(Scan scan, WantedChannels channels) {
    Scan looked = channels.of(scan);
    return new ScanInput(
        looked,
        new Mask(FOUND_BRAIN, BrainMask.find(looked), List.of()),
        new DetectionInputs(Map.of(), FOUND_BRAIN, null),
        false);
  }

  /** The same with another brain. */
  public ScanInput withBrain(Mask newBrain) {
    return new ScanInput(
        scan, newBrain, new DetectionInputs(made.files(), newBrain.file(), null), pictures);
  }

  /**
   * The same, made from these files.
   *
   * @param files by path, or by any other name that they go by
   */
  public ScanInput madeFrom(Map<String, InputFile> files) {
    return new ScanInput(
        scan, brain, new DetectionInputs(files, made.brain(), made.brainSha256()), pictures);
  }

  /** The same, kept in pictures: results get PNG twins, and no millilitres. */
  public ScanInput asPictures() {
    return new ScanInput(scan, brain, made, true);
  }

  /** What is odd about the brain's mask and about the scan in it, a line each. */
  List<String> warnings() {
    return brain.with(scan.warnings(brain.voxels())).warnings();
  }
}
