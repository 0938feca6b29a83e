package dev.hale.scan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * A mask as it was read from a file, by the one rule that all of hale has ({@code
 * docs/reference/masks.md}), and what is odd about it.
 *
 * @param file where it was read, for messages
 * @param voxels one value a voxel, 1 where it belongs, else 0; shared, not copied
 * @param warnings of its numbers, a line each that begins with the file; none where all is well
 */
public record Mask(String file, byte[] voxels, List<String> warnings) {
  /** No lesion covers this share of a brain. */
  private static final double NEARLY_ALL = 0.8;

  public Mask {
    warnings = List.copyOf(warnings);
  }

  /**
   * Applies the rule.
   *
   * @param file where the image was read, for messages
   * @param image of one channel
   * @param label the only label that belongs; 0 for every one
   * @throws DataException where the image has several channels, or its numbers are no mask's
   */
  public static Mask of(String file, Scan image, int label) {
    if (image.channels().size() != 1) {
      throw new DataException(
          "%s: a mask has one volume, this has %d".formatted(file, image.channels().size()));
    }
    MaskRule rule = MaskRule.of(file, image.voxels(), label);
    byte[] voxels = new byte[image.voxels().length];
    boolean empty = true;
    for (int v = 0; v < voxels.length; v++) {
      boolean inside = rule.belongs(image.voxels()[v]);
      voxels[v] = (byte) (inside ? 1 : 0);
      empty &= !inside;
    }
    return new Mask(file, voxels, rule.warnings(empty));
  }

  /**
   * Applies the rule, and lays the mask onto a grid: one that is stored mirrored or turned, or lies
   * less than half a voxel aside, has each voxel put where it is nearest, and says so.
   *
   * @param gridName what has that grid, for messages
   * @throws DataException as {@link #of}, and where the image lies elsewhere
   */
  public static Mask on(Grid grid, String gridName, String file, Scan image, int label) {
    if (image.grid().coincidesWith(grid)) {
      return of(file, image, label);
    }
    Canonical own = Canonical.of(image.grid());
    Canonical there = Canonical.of(grid);
    if (!own.grid().isNear(there.grid())) {
      image.grid().requireCoincident(file, grid, gridName);
    }
    Mask mask = of(file, image, label);
    String odd =
        own.grid().coincidesWith(there.grid())
            ? "%s: is stored mirrored or turned against %s and was put in place by its affine"
                .formatted(file, gridName)
            : String.format(
                Locale.ROOT,
                "%s: lies up to %.2f mm aside of %s, less than half a voxel, and was put in its place",
                file,
                own.grid().cornerDistance(there.grid()),
                gridName);
    byte[] voxels = there.toSource(own.toCanonical(mask.voxels()));
    return new Mask(file, voxels, mask.warnings()).with(List.of(odd));
  }

  /** The same with more that is odd about it or what it was laid upon. */
  public Mask with(List<String> more) {
    return more.isEmpty()
        ? this
        : new Mask(file, voxels, Stream.concat(warnings.stream(), more.stream()).toList());
  }

  /** Whether no voxel belongs. */
  public boolean isEmpty() {
    for (byte voxel : voxels) {
      if (voxel != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Itself, as the mask of a brain.
   *
   * @throws DataException where it is empty
   */
  public Mask asBrain() {
    if (isEmpty()) {
      throw new DataException(
          warnings.isEmpty()
              ? file + ": is empty, so there is no brain to look at"
              : String.join("; ", warnings));
    }
    return this;
  }

  /**
   * What contradicts a label that was given beside it.
   *
   * @param subject whose label it is
   * @param label 0 healthy, 1 diseased, for the whole scan; empty where none was given
   * @return lines that begin with the file
   */
  public List<String> against(String subject, OptionalInt label) {
    boolean empty = isEmpty();
    if (label.isEmpty() || label.getAsInt() == (empty ? 0 : 1)) {
      return List.of();
    }
    return List.of(
        empty
            ? "%s: is empty, yet subject %s is labelled diseased; the mask counts, so it is healthy"
                .formatted(file, subject)
            : "%s: marks lesions, yet subject %s is labelled healthy; the mask counts, so it is not"
                .formatted(file, subject));
  }

  /**
   * What is odd about it as a mask of lesions in a brain.
   *
   * @param brain one value a voxel, not 0 inside
   * @return lines that begin with the file
   */
  public List<String> over(byte[] brain) {
    long inside = 0;
    long marked = 0;
    long both = 0;
    for (int v = 0; v < voxels.length; v++) {
      inside += brain[v] != 0 ? 1 : 0;
      marked += voxels[v];
      both += brain[v] != 0 ? voxels[v] : 0;
    }
    List<String> lines = new ArrayList<>();
    if (both > 0 && both >= NEARLY_ALL * inside) {
      lines.add(
          "%s: covers %d %% of the brain, as no lesion does; is it the brain, or inverted?"
              .formatted(file, 100 * both / inside));
    }
    if (marked > 0 && both == 0) {
      lines.add("%s: none of its %d voxels lies in the brain".formatted(file, marked));
    }
    return lines;
  }
}
