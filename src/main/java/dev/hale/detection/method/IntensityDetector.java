package dev.hale.detection.method;

import dev.hale.detection.AnomalyDetector;
import dev.hale.detection.DetectionProgress;
import dev.hale.evaluation.IntensityBaseline;
import dev.hale.evaluation.Thresholds;
import dev.hale.scan.AnomalyMap;
import dev.hale.scan.Axis;
import dev.hale.scan.BrainMask;
import dev.hale.scan.Scan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * FLAIR intensity, equalised within the brain, cut at Otsu's threshold (Meissen, Kaissis and
 * Rueckert 2021): what a learned method has to beat. It needs no model and holds no memory.
 */
final class IntensityDetector implements AnomalyDetector {
  private static final String CHANNEL = "FLAIR";
  private static final double SCORE_PERCENTILE = 99;

  @Override
  public AnomalyMap detect(Scan scan, byte[] brainMask, DetectionProgress progress) {
    Scan only = scan.select(List.of(CHANNEL));
    float[] flair = only.channel(0);
    byte[] brain = BrainMask.finite(only, brainMask == null ? BrainMask.find(only) : brainMask);
    float[] map = IntensityBaseline.map(flair, brain);
    double threshold = IntensityBaseline.otsuThreshold(flair, brain);
    progress.cancelling().onSlices(scan.grid().nz(), scan.grid().nz());
    return new AnomalyMap(
        scan.grid(),
        map,
        Thresholds.above(map, threshold, brain),
        null,
        threshold,
        "otsu of the intensity",
        Thresholds.percentile(flair, brain, SCORE_PERCENTILE),
        provenance());
  }

  @Override
  public Axis axis() {
    return Axis.AXIAL;
  }

  @Override
  public List<String> channels() {
    return List.of(CHANNEL);
  }

  @Override
  public Map<String, String> provenance() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("method", IntensityMethod.NAME);
    map.put("thresholdRule", "otsu");
    return map;
  }

  @Override
  public void close() {
    // nothing is held
  }
}
