package dev.hale.experiment;

import dev.hale.data.AnomalyMap;
import dev.hale.data.BrainMask;
import dev.hale.data.Preprocessing;
import dev.hale.data.Scan;
import dev.hale.detection.AnomalyDetector;
import dev.hale.detection.DetectionProgress;
import dev.hale.evaluation.IntensityBaseline;
import dev.hale.evaluation.Thresholds;
import java.util.Map;

/**
 * Plain FLAIR intensity as a method (Meissen et al. 2021): equalised inside the brain, cut where
 * Otsu's threshold of the intensities lies. It learns nothing.
 *
 * @param preprocessing of the methods that it stands beside; only its channels matter here
 */
record FlairIntensity(Preprocessing preprocessing) implements AnomalyDetector {
  private static final double SCORE_PERCENTILE = 99;

  @Override
  public AnomalyMap detect(Scan scan, byte[] brainMask, DetectionProgress progress) {
    byte[] brain = brainMask == null ? BrainMask.find(scan.select(channels())) : brainMask;
    float[] flair = scan.channel(scan.channelIndex("FLAIR"));
    float[] map = IntensityBaseline.map(flair, brain);
    double threshold = IntensityBaseline.otsuThreshold(flair, brain);
    return new AnomalyMap(
        scan.grid(),
        map,
        Thresholds.above(map, threshold, brain),
        null,
        threshold,
        "otsu of the intensities",
        Thresholds.percentile(flair, brain, SCORE_PERCENTILE),
        provenance());
  }

  @Override
  public Map<String, String> provenance() {
    return Map.of("method", "intensity");
  }

  @Override
  public void close() {
    // Holds nothing.
  }
}
