package dev.hale.scan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * One subject's image: co-registered channels (FLAIR, T1, …) on one grid.
 *
 * @param name what to call it in tables and file names
 * @param channels channel names, at least one, in the order of the data
 * @param grid where the voxels are
 * @param voxels intensities, {@code [channel][k][j][i]} with i fastest; length {@code channels ×
 *     grid.size()}; shared, not copied
 */
public record Scan(String name, List<String> channels, Grid grid, float[] voxels) {
  public Scan {
    if (channels == null || channels.stream().anyMatch(Objects::isNull)) {
      throw new DataException("scan " + name + " has a channel without a name");
    }
    if (grid == null || voxels == null) {
      throw new DataException(
          "scan %s has no %s".formatted(name, grid == null ? "grid" : "voxels"));
    }
    channels = List.copyOf(channels);
    if (channels.isEmpty()) {
      throw new DataException("scan " + name + " has no channels");
    }
    if (voxels.length != (long) channels.size() * grid.size()) {
      throw new DataException(
          "scan %s: %d channels of %s need %d values, got %d"
              .formatted(
                  name,
                  channels.size(),
                  grid,
                  (long) channels.size() * grid.size(),
                  voxels.length));
    }
  }

  /** A copy of one channel's voxels, {@code [k][j][i]}. */
  public float[] channel(int channel) {
    return Arrays.copyOfRange(voxels, channel * grid.size(), (channel + 1) * grid.size());
  }

  /** Position of a channel by name, ignoring case; throws where the scan lacks it. */
  public int channelIndex(String channel) {
    for (int c = 0; c < channels.size(); c++) {
      if (channels.get(c).equalsIgnoreCase(channel)) {
        return c;
      }
    }
    throw new DataException(
        "scan %s has no channel %s, it has %s"
            .formatted(name, channel, String.join(", ", channels)));
  }

  /**
   * What is odd about it in a brain.
   *
   * @param brain one value a voxel, not 0 inside
   * @return a line for each remark on its header, and for each channel with voxels that are no
   *     finite numbers; none where all is well
   */
  public List<String> warnings(byte[] brain) {
    List<String> lines = new ArrayList<>();
    if (grid.orientation() != null) {
      grid.orientation().remarks().forEach(odd -> lines.add("scan %s: %s".formatted(name, odd)));
    }
    for (int c = 0; c < channels.size(); c++) {
      int odd = 0;
      for (int v = 0; v < brain.length; v++) {
        odd += brain[v] != 0 && !Float.isFinite(voxels[c * brain.length + v]) ? 1 : 0;
      }
      if (odd > 0) {
        lines.add(
            "scan %s, channel %s: voxels of the brain without a number: %d; they count as background"
                .formatted(name, channels.get(c), odd));
      }
    }
    return lines;
  }

  /** The same scan with only the named channels, in that order. */
  public Scan select(List<String> wanted) {
    if (wanted.equals(channels)) {
      return this;
    }
    float[] selected = new float[wanted.size() * grid.size()];
    for (int c = 0; c < wanted.size(); c++) {
      System.arraycopy(
          voxels,
          channelIndex(wanted.get(c)) * grid.size(),
          selected,
          c * grid.size(),
          grid.size());
    }
    return new Scan(name, wanted, grid, selected);
  }
}
