package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.TinyModel;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.SliceDetector;
import dev.hale.detection.SliceImages;
import dev.hale.detection.ThresholdRule;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.Device;
import dev.hale.engine.Precision;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.engine.kernels.Kernels;
import dev.hale.engine.trace.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A segmenter whose marks are made new, on small random networks. */
class HealedSegmenterTest {
  private static final int PIXELS = TinyModel.SIZE * TinyModel.SIZE;
  private static final int MARGIN = 1;

  @TempDir Path folder;
  private float[] image;
  private byte[] brain;

  @BeforeEach
  void write() throws IOException {
    TinyModel.write(folder, "FLAIR", "T1");
    TinyModel.writeSegmenter(folder, 0, "FLAIR", "T1");
    image = new float[2 * PIXELS];
    Random random = new Random(4);
    for (int v = 0; v < image.length; v++) {
      image[v] = 2 * random.nextFloat() - 1;
    }
    brain = new byte[PIXELS];
    Arrays.fill(brain, 3 * TinyModel.SIZE, PIXELS, (byte) 1);
  }

  private static SegmenterSettings settings(int rounds, GateLevels levels) {
    HealingSettings chain = new HealingSettings(300, 3, 2, 2, rounds, 0.5, MARGIN, 95);
    return new SegmenterSettings(
        0, ThresholdRule.HALF, new HealingPart(chain, 1, Difference.ABSOLUTE, levels));
  }

  private ModelFolder open() {
    return new ModelFolder(
        folder, DetectorOptions.defaults(), Kernels.of(Device.CPU), new ChainCache(0));
  }

  private float[][] mapHealthySpread(SegmenterSettings settings) {
    try (Scope scope = new Scope();
        ModelFolder model = open()) {
      Tensor x = Tensors.of(new float[][] {image}, 0, 1, 1, 2, TinyModel.SIZE, TinyModel.SIZE);
      Tensor inside = Tensors.ofBytes(new byte[][] {brain}, 1, TinyModel.SIZE, TinyModel.SIZE);
      SliceMethod.SliceMaps made =
          new SegmenterMethod()
              .open(settings, model)
              .maps(new SliceMethod.SliceBatch(x, inside, new long[] {7}, 1, null), share -> {});
      return new float[][] {
        Tensors.values(made.maps()),
        made.healthy() == null ? null : Tensors.values(made.healthy()),
        made.uncertainty() == null ? null : Tensors.values(made.uncertainty())
      };
    }
  }

  @Test
  void whatItMarksIsMadeNewAndNothingElse() {
    float[] map = mapHealthySpread(settings(1, null).withHealing(null))[0];
    float[] sorted = map.clone();
    Arrays.sort(sorted);
    GateLevels levels = new GateLevels(sorted[PIXELS - 3], sorted[PIXELS - 30]);
    Gate gate = Gate.grown(map, brain, levels.seed(), levels.reach(), MARGIN).filled(brain);
    float[][] healed = mapHealthySpread(settings(1, levels));
    assertArrayEquals(map, healed[0]);
    int changed = 0;
    for (int v = 0; v < image.length; v++) {
      if (gate.has(v % PIXELS)) {
        changed += healed[1][v] == image[v] ? 0 : 1;
      } else {
        assertEquals(image[v], healed[1][v], 0, "value " + v);
        assertEquals(0, healed[2][v % PIXELS], "value " + v);
      }
    }
    assertTrue(changed > 10, "made new: " + changed);
  }

  @Test
  void aSliceInWhichNothingIsMarkedStaysAsItIs() {
    float[][] healed = mapHealthySpread(settings(2, new GateLevels(1, 0.1)));
    assertArrayEquals(image, healed[1]);
    assertArrayEquals(new float[PIXELS], healed[2]);
  }

  /** A map that marks much of the slice once it is healed asks for a second round. */
  @Test
  void whatIsMarkedAfterwardsJoinsTheGate() {
    try (Scope scope = new Scope();
        ModelFolder open = open();
        DiffusionModel model =
            DiffusionModel.read(
                folder.resolve("diffusion.safetensors"), Device.CPU, Precision.FLOAT32)) {
      Tensor x = Tensors.of(new float[][] {image}, 0, 1, 1, 2, TinyModel.SIZE, TinyModel.SIZE);
      Tensor inside = Tensors.ofBytes(new byte[][] {brain}, 1, TinyModel.SIZE, TinyModel.SIZE);
      float[] marks = new float[PIXELS];
      marks[8 * TinyModel.SIZE + 8] = 1;
      byte[] later = new byte[PIXELS];
      later[12 * TinyModel.SIZE + 3] = 1;
      int[] asked = {0};
      Healer healer =
          new Healer(
              model,
              settings(2, new GateLevels(0.5, 0.5)).healing(),
              (healed, brain, marked) -> {
                asked[0]++;
                assertArrayEquals(marks, marked);
                return new Gate(later, TinyModel.SIZE);
              },
              open);
      Tensor map = Tensors.of(new float[][] {marks}, 0, 1, 1, TinyModel.SIZE, TinyModel.SIZE);
      float[] healed =
          Tensors.values(
              healer
                  .heal(
                      new SliceMethod.SliceBatch(x, inside, new long[] {7}, 1, null),
                      map,
                      share -> {})
                  .images());
      assertEquals(1, asked[0]);
      assertTrue(healed[12 * TinyModel.SIZE + 3] != image[12 * TinyModel.SIZE + 3]);
      assertTrue(healed[8 * TinyModel.SIZE + 8] != image[8 * TinyModel.SIZE + 8]);
      assertEquals(image[12 * TinyModel.SIZE + 5], healed[12 * TinyModel.SIZE + 5]);
    }
  }

  /** Calibration and search ask for maps alone. */
  @Test
  void mapsByThemselvesHealNothing() {
    SegmenterSettings heals = settings(2, new GateLevels(0.4, 0.2));
    DetectorConfig config =
        DetectorConfig.unmeasured(Methods.named("combined-segmenter"), heals, 99);
    float[][] images = {image};
    byte[][] brains = {brain};
    try (SliceDetector detector = new SliceDetector(folder, config, DetectorOptions.defaults());
        Trace trace = Trace.begin(Device.CPU)) {
      float[][] maps =
          detector.mapsAlone(
              SliceImages.alone(images, brains, detector.context()), DetectionProgress.NONE);
      assertArrayEquals(mapHealthySpread(heals.withHealing(null))[0], maps[0], 1e-6f);
      assertTrue(trace.spans().stream().noneMatch(span -> span.name().equals("regenerate")));
      assertArrayEquals(maps, detector.maps(images, brains, DetectionProgress.NONE));
      assertTrue(trace.spans().stream().anyMatch(span -> span.name().equals("regenerate")));
    }
  }

  @Test
  void aModelsFileSaysWhetherThereIsAHealthyImage() throws IOException {
    DetectionMethod<?> method = Methods.named("combined-segmenter");
    SegmenterSettings plain = new SegmenterSettings(0, ThresholdRule.HALF, null);
    DetectorConfig.unmeasured(method, plain, 99).write(folder);
    assertEquals(plain, DetectorConfig.read(folder).settings());
    assertNull(mapHealthySpread(plain)[1]);
    SegmenterSettings heals = settings(1, new GateLevels(0.4, 0.2));
    DetectorConfig.unmeasured(method, heals, 99).write(folder);
    assertEquals(heals, DetectorConfig.read(folder).settings());
    assertEquals(5, heals.withSamples(5).healing().chain().samples());
    assertThrows(IllegalArgumentException.class, () -> plain.withSamples(5));
    DetectorConfig open = DetectorConfig.unmeasured(method, settings(1, null), 99);
    DetectorOptions options = DetectorOptions.defaults();
    CheckpointException e =
        assertThrows(CheckpointException.class, () -> new SliceDetector(folder, open, options));
    assertTrue(e.getMessage().contains("calibrate combined-segmenter first"), e.getMessage());
  }

  /** So that calibration says at once that one is missing. */
  @Test
  void beforeItIsMeasuredAllItsNetworksAreOpened() throws IOException {
    SegmenterMethod method = new SegmenterMethod();
    DetectorConfig open =
        DetectorConfig.unmeasured(method, method.provisional(settings(1, null)), 99);
    DetectorOptions options = DetectorOptions.defaults();
    new SliceDetector(folder, open, options).close();
    Files.delete(folder.resolve("diffusion.safetensors"));
    CheckpointException e =
        assertThrows(CheckpointException.class, () -> new SliceDetector(folder, open, options));
    assertTrue(e.getMessage().contains("diffusion.safetensors"), e.getMessage());
  }
}
