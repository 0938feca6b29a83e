package dev.hale.scan;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a detector says about one scan, on the scan's own grid. Arrays are shared, not copied.
 *
 * @param grid of the scan
 * @param map how anomalous each voxel is; higher is more, 0 outside the brain
 * @param mask 1 where the map exceeds the threshold, else 0
 * @param reconstruction the healthy scan that the patient might have had, in the input's intensity
 *     units; null where the method makes none
 * @param uncertainty of the reconstruction in each voxel: the standard deviation of the healthy
 *     scans that it is the mean of, over the channels that the map compares, in units of half of
 *     the range that the model sees; 0 where nothing was made new; null where the method makes only
 *     one
 * @param threshold that made the mask
 * @param thresholdName how the threshold was chosen, such as {@code otsu}
 * @param imageScore how likely the scan is diseased; higher is more, comparable within one model
 * @param provenance what made it (model, method, settings, version), in order
 */
public record AnomalyMap(
    Grid grid,
    float[] map,
    byte[] mask,
    Scan reconstruction,
    float[] uncertainty,
    double threshold,
    String thresholdName,
    double imageScore,
    Map<String, String> provenance) {
  public AnomalyMap {
    if (grid == null || map == null || mask == null || provenance == null) {
      throw new DataException("an anomaly map needs a grid, a map, a mask and its provenance");
    }
    if (map.length != grid.size() || mask.length != grid.size()) {
      throw new DataException(
          "anomaly map has %d values and %d in its mask, grid has %s"
              .formatted(map.length, mask.length, grid));
    }
    if (uncertainty != null && uncertainty.length != grid.size()) {
      throw new DataException(
          "uncertainty has %d values, grid has %s".formatted(uncertainty.length, grid));
    }
    for (byte b : mask) {
      if (b != 0 && b != 1) {
        throw new DataException("anomaly mask holds %d, expected 0 or 1".formatted(b));
      }
    }
    if (reconstruction != null) {
      reconstruction.grid().requireCoincident("reconstruction", grid, "anomaly map");
    }
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
  }

  /** Of a method that makes one healthy scan, or none. */
  public AnomalyMap(
      Grid grid,
      float[] map,
      byte[] mask,
      Scan reconstruction,
      double threshold,
      String thresholdName,
      double imageScore,
      Map<String, String> provenance) {
    this(grid, map, mask, reconstruction, null, threshold, thresholdName, imageScore, provenance);
  }

  /** The separate lesions of the mask, the largest first. */
  public List<Lesion> lesions() {
    return Lesion.of(grid, mask, map);
  }
}
