package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.TinyModel;
import dev.hale.attribution.AttributionMethod;
import dev.hale.attribution.CriticScore;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.ThresholdRule;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.engine.kernels.Kernels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a saliency map marks is made new, and the map is what differs, on small random networks. */
class DifFuseTest {
  private static final int PIXELS = TinyModel.SIZE * TinyModel.SIZE;
  private static final int MARGIN = 1;
  private static final int SALIENT = 30; // pixels
  private static final AttributionSettings SALIENCY =
      new AttributionSettings(
          AttributionMethod.GRADIENT, CriticScore.LOGIT, 1, 1, ThresholdRule.OTSU);

  @TempDir Path folder;
  private final float[] image = new float[2 * PIXELS];
  private final byte[] brain = new byte[PIXELS];

  @BeforeEach
  void write() throws IOException {
    TinyModel.write(folder, "FLAIR", "T1");
    TinyModel.writeAllNetworks(folder, "FLAIR", "T1");
    Random random = new Random(4);
    for (int v = 0; v < image.length; v++) {
      image[v] = 2 * random.nextFloat() - 1;
    }
    Arrays.fill(brain, 3 * TinyModel.SIZE, PIXELS, (byte) 1);
  }

  private static DifFuseSettings settings(GateLevels levels) {
    HealingSettings chain = new HealingSettings(300, 3, 2, 2, 2, 0.5, MARGIN, 95);
    return new DifFuseSettings(
        SALIENCY, new HealingPart(chain, 1, Difference.ABSOLUTE, levels), 0, ThresholdRule.OTSU);
  }

  private ModelFolder open() {
    return new ModelFolder(
        folder,
        DetectorOptions.defaults(),
        Kernels.of(DetectorOptions.defaults().device()),
        new ChainCache(0));
  }

  private float[][] mapHealthySpread(SliceMethod method) {
    try (Scope scope = new Scope()) {
      Tensor x = Tensors.of(new float[][] {image}, 0, 1, 1, 2, TinyModel.SIZE, TinyModel.SIZE);
      Tensor inside = Tensors.ofBytes(new byte[][] {brain}, 1, TinyModel.SIZE, TinyModel.SIZE);
      SliceMethod.SliceMaps made =
          method.maps(new SliceMethod.SliceBatch(x, inside, new long[] {7}, 1, null), share -> {});
      return new float[][] {
        Tensors.values(
            BrainMaps.blur(made.maps(), inside, made.healthy() == null ? SALIENCY.smoothing() : 0)),
        made.healthy() == null ? null : Tensors.values(made.healthy()),
        made.uncertainty() == null ? null : Tensors.values(made.uncertainty())
      };
    }
  }

  private float[] saliency() {
    try (ModelFolder model = open()) {
      return mapHealthySpread(new UnconstrainedAttributionMethod().open(SALIENCY, model))[0];
    }
  }

  private float[][] found(GateLevels levels) {
    try (ModelFolder model = open()) {
      return mapHealthySpread(new DifFuseMethod().open(settings(levels), model));
    }
  }

  @Test
  void whatIsSalientIsMadeNewAndWhatDiffersIsTheMap() {
    float[] saliency = saliency();
    float[] sorted = saliency.clone();
    Arrays.sort(sorted);
    GateLevels levels = new GateLevels(sorted[PIXELS - 3], sorted[PIXELS - SALIENT]);
    Gate gate = Gate.grown(saliency, brain, levels.seed(), levels.reach(), MARGIN).filled(brain);
    float[][] found = found(levels);
    int marked = 0;
    for (int p = 0; p < PIXELS; p++) {
      double difference = 0;
      for (int c = 0; c < 2; c++) {
        float healthy = found[1][c * PIXELS + p];
        if (!gate.has(p)) {
          assertEquals(image[c * PIXELS + p], healthy, 0, "pixel " + p);
        }
        difference += Math.abs(image[c * PIXELS + p] - healthy);
      }
      assertEquals(difference, found[0][p], 1e-5, "pixel " + p);
      assertTrue(gate.has(p) || found[2][p] == 0, "pixel " + p);
      marked += found[0][p] > 0 ? 1 : 0;
    }
    assertTrue(marked > 10, "marked: " + marked);
  }

  @Test
  void aSliceWithoutSalientPixelsIsHealthy() {
    float[][] found = found(new GateLevels(1e9, 1e9));
    assertArrayEquals(new float[PIXELS], found[0]);
    assertArrayEquals(image, found[1]);
  }

  @Test
  void withoutLevelsItSaysThatItIsToBeCalibrated() {
    CheckpointException e = assertThrows(CheckpointException.class, () -> found(null));
    assertTrue(e.getMessage().contains("dif-fuse"), e.getMessage());
  }
}
