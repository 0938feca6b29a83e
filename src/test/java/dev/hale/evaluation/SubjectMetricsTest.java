package dev.hale.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Cases small enough to count by hand: two slices of 4 × 2 voxels of 500 mm³. */
final class SubjectMetricsTest {
  private static final VolumeShape SHAPE = new VolumeShape(4, 2, 2, 500);
  private static final byte[] BRAIN = bytes("1111 1110 1111 1111");
  private static final byte[] TRUTH = bytes("1100 0001 0000 0000"); // the last one is no brain
  private static final float[] MAP = {
    9, 4, 5, 0, 0, 0, 0, 99, 0, 0, 6, 0, 0, 0, 0, 0,
  };

  @Test
  void countsAreThoseByHand() {
    SubjectMetrics metrics = SubjectMetrics.of(MAP, 4.5, TRUTH, BRAIN, SHAPE);
    // Marked: 9, 5 and 6; true: 9 and 4.
    assertEquals(2.0 * 1 / (2 * 1 + 2 + 1), metrics.dice(), 1e-12);
    assertEquals(2.0 * 2 / (2 * 2 + 2 + 0), metrics.oracleDice(), 1e-12); // above 0: all four
    assertEquals(1.0, metrics.lesionMl(), 1e-12);
    assertEquals(1.0, metrics.falsePositiveMl(), 1e-12);
    assertEquals(1, metrics.healthySlices());
    assertEquals(0.5, metrics.healthySlicesMl(), 1e-12);
    // Of 13 healthy voxels 9 beats all, 4 all but two.
    assertEquals((13 + 11) / 26.0, metrics.auroc(), 1e-12);
    assertEquals((1.0 + 2.0 / 4) / 2, metrics.auprc(), 1e-12);
    assertEquals(new LesionMatch(1, 0, 1), metrics.lesionCounts());
    assertEquals(2.0 / 3, metrics.lesionF1(), 1e-12);
    assertEquals(1, metrics.sliceAuroc(), 1e-12);
    assertEquals(
        List.of(true, false), metrics.slices().stream().map(SliceMetrics::diseased).toList());
    assertEquals(0.5, metrics.slices().get(0).dice(), 1e-12);
    assertTrue(Double.isNaN(metrics.slices().get(1).dice()));
    assertEquals(0.5, metrics.slices().get(1).falsePositiveMl(), 1e-12);
  }

  @Test
  void aHealthySubjectHasNoDiceButFalseAlarms() {
    SubjectMetrics metrics = SubjectMetrics.of(MAP, 4.5, new byte[16], BRAIN, SHAPE);
    assertFalse(metrics.diseased());
    assertTrue(Double.isNaN(metrics.dice()));
    assertTrue(Double.isNaN(metrics.oracleDice()));
    assertTrue(Double.isNaN(metrics.auprc()));
    assertEquals(1.5, metrics.falsePositiveMl(), 1e-12);
    assertEquals(1.5, metrics.healthySlicesMl(), 1e-12);
  }

  @Test
  void aPredictionThatJoinsTwoLesionsFindsBoth() {
    byte[] truth = bytes("1001 1001");
    byte[] prediction = bytes("1111 0000");
    List<LesionOutcome> outcomes =
        LesionOutcome.of(prediction, truth, null, new VolumeShape(4, 2, 1, 1000));
    // Each: one voxel in common, two predicted outside any lesion, size two.
    assertEquals(
        List.of(new LesionOutcome(2, 2, 2.0 / 5), new LesionOutcome(2, 2, 2.0 / 5)), outcomes);
    assertTrue(outcomes.get(0).found()); // IoU 1/4
  }

  @Test
  void aMissedLesionAndAFloodedOneAreNotFound() {
    byte[] flooded = new byte[40];
    Arrays.fill(flooded, (byte) 1);
    byte[] truth = new byte[40];
    truth[3] = 1;
    VolumeShape line = new VolumeShape(40, 1, 1, 1);
    assertFalse(LesionOutcome.of(flooded, truth, null, line).get(0).found());
    assertEquals(0, LesionOutcome.of(new byte[40], truth, null, line).get(0).dice());
  }

  @Test
  void slicesWithHardlyAnyBrainDoNotCount() {
    VolumeShape shape = new VolumeShape(8, 8, 2, 1);
    byte[] brain = new byte[128];
    Arrays.fill(brain, 0, 64, (byte) 1);
    brain[100] = 1;
    SubjectMetrics metrics = SubjectMetrics.of(new float[128], 0, new byte[128], brain, shape);
    assertEquals(1, metrics.slices().size());
  }

  private static byte[] bytes(String digits) {
    String plain = digits.replace(" ", "");
    byte[] mask = new byte[plain.length()];
    for (int v = 0; v < mask.length; v++) {
      mask[v] = (byte) (plain.charAt(v) - '0');
    }
    return mask;
  }
}
