package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.TinyModel;
import dev.hale.attribution.AttributionMethod;
import dev.hale.attribution.CriticScore;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomSubject;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.SliceDetector;
import dev.hale.detection.ThresholdRule;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chains that are followed once. */
@Tag("slow")
final class ChainCacheTest {
  private static final int PIXELS = 2 * 4 * 4;

  private final AtomicInteger runs = new AtomicInteger();

  /** Doubles an image of these values through the cache. */
  private float[][] doubled(ChainCache cache, String chain, float... values) {
    float[][] rows = new float[values.length][PIXELS];
    for (int n = 0; n < values.length; n++) {
      rows[n][n] = values[n];
    }
    try (Scope scope = new Scope()) {
      Tensor x = Tensors.of(rows, 0, rows.length, rows.length, 2, 4, 4);
      return Tensors.rows(
          cache.follow(
              chain,
              x,
              () -> {
                runs.incrementAndGet();
                return x.mul(new Scalar(2));
              }));
    }
  }

  @Test
  void theSameChainFromTheSameImageIsFollowedOnce() {
    ChainCache cache = new ChainCache(1 << 20);
    float[][] first = doubled(cache, "up", 1, 2);
    assertEquals(4, first[1][1]);
    float[][] again = doubled(cache, "up", 1, 2);
    assertEquals(1, runs.get());
    assertArrayEquals(first, again);
    assertEquals(2, doubled(cache, "up", 1)[0][0], "part of a batch");
    assertEquals(1, runs.get());
    doubled(cache, "down", 1, 2);
    assertEquals(2, runs.get(), "another chain");
    doubled(cache, "up", 1, 3);
    assertEquals(3, runs.get(), "another image");
  }

  @Test
  void whatWasUsedLongestAgoIsForgotten() {
    ChainCache cache = new ChainCache(2 * PIXELS * Float.BYTES);
    doubled(cache, "up", 1);
    doubled(cache, "up", 2);
    doubled(cache, "up", 1);
    doubled(cache, "up", 3);
    assertEquals(3, runs.get());
    doubled(cache, "up", 1);
    assertEquals(3, runs.get(), "still there");
    doubled(cache, "up", 2);
    assertEquals(4, runs.get(), "made room for 3");
    ChainCache none = new ChainCache(0);
    doubled(none, "up", 1);
    doubled(none, "up", 1);
    assertEquals(6, runs.get());
    assertThrows(IllegalArgumentException.class, () -> new ChainCache(-1));
  }

  @Test
  void itKnowsWhatItSaved() {
    ChainCache cache = new ChainCache(1 << 20);
    long start = System.nanoTime();
    doubled(cache, "up", 1, 2);
    double spent = (System.nanoTime() - start) / 1e9;
    assertEquals(0, cache.savedSeconds());
    doubled(cache, "up", 1);
    double half = cache.savedSeconds();
    assertTrue(half > 0 && half < spent, half + " of " + spent);
    doubled(cache, "up", 1, 2);
    assertEquals(3 * half, cache.savedSeconds(), 1e-9);
    doubled(cache, "up", 3);
    assertEquals(3 * half, cache.savedSeconds(), 1e-9, "nothing was known");
  }

  @Test
  void methodsThatShareACacheFindWhatTheyFindAlone(@TempDir Path folder) throws Exception {
    TinyModel.write(folder, "FLAIR", "T1");
    TinyModel.writeAllNetworks(folder, "FLAIR", "T1");
    PhantomSubject subject = Phantom.subject(Pathology.GLIOMA, 3);
    CounterfactualSettings chain =
        TinyModel.settings().withGuidance(0).withThreshold(ThresholdRule.OTSU);
    AttributionSettings attribution =
        new AttributionSettings(
            AttributionMethod.GRADIENT, CriticScore.LOGIT, 1, 1, ThresholdRule.OTSU);
    ChainCache cache = new ChainCache(1 << 30);
    for (DetectorConfig config :
        new DetectorConfig[] {
          DetectorConfig.unmeasured(Methods.named("counterfactual"), chain, 99),
          DetectorConfig.unmeasured(
              Methods.named("combined-fusion"), new FusionSettings(chain, attribution, 0.5), 99),
          DetectorConfig.unmeasured(
              Methods.named("combined-gate"), new GateSettings(chain, attribution, 1e-3), 99),
          DetectorConfig.unmeasured(Methods.named("combined-guidance"), chain.withGuidance(30), 99),
          DetectorConfig.unmeasured(
              Methods.named("classifier-free"), chain.withEncodingLabel(2).withGuidance(2), 99)
        }) {
      assertArrayEquals(
          map(folder, config, ChainCache.NONE, subject),
          map(folder, config, cache, subject),
          config.method().name());
    }
  }

  private static float[] map(
      Path folder, DetectorConfig config, ChainCache cache, PhantomSubject subject) {
    try (SliceDetector detector =
        new SliceDetector(folder, config, DetectorOptions.defaults(), cache)) {
      return detector.detect(subject.scan(), subject.brain(), DetectionProgress.NONE).map();
    }
  }
}
