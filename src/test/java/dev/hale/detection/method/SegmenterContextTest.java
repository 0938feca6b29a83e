package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.hale.TinyModel;
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
import dev.hale.model.NetworkFile;
import dev.hale.model.UNet;
import dev.hale.model.UNetConfig;
import dev.hale.scan.AnomalyMap;
import dev.hale.scan.PreparedScan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A segmenter that sees the slices below and above, against one call written out. */
@Tag("slow")
class SegmenterContextTest {
  private static final int PIXELS = TinyModel.SIZE * TinyModel.SIZE;

  @TempDir Path folder;

  @Test
  void itsNetworkGetsTheSlicesAroundFromTheLowestUp() throws IOException {
    TinyModel.write(folder, "FLAIR", "T1");
    Path file = TinyModel.writeSegmenter(folder, 1, "FLAIR", "T1");
    PhantomSubject subject = Phantom.subject(Pathology.GLIOMA, 3);
    DetectorConfig config =
        DetectorConfig.unmeasured(
            Methods.named("combined-segmenter"),
            new SegmenterSettings(0, ThresholdRule.OTSU, null),
            99);
    try (SliceDetector detector = new SliceDetector(folder, config, DetectorOptions.defaults())) {
      assertEquals(1, detector.context());
      AnomalyMap found = detector.detect(subject.scan(), subject.brain(), DetectionProgress.NONE);
      PreparedScan scan = detector.preprocessing().prepare(subject.scan(), subject.brain());
      float[][] expected = new float[scan.count()][];
      Arrays.setAll(expected, n -> expected(file, scan, n));
      assertArrayEquals(scan.restore(expected, 0), found.map(), 1e-5f);
      float[][] alone = detector.maps(scan.images(), scan.masks(), DetectionProgress.NONE);
      assertFalse(Arrays.equals(expected[3], alone[3]), "the slices around matter");
    }
  }

  private static float[] expected(Path file, PreparedScan scan, int n) {
    int below = n > 0 && scan.slices()[n - 1] == scan.slices()[n] - 1 ? n - 1 : n;
    int above = n + 1 < scan.count() && scan.slices()[n + 1] == scan.slices()[n] + 1 ? n + 1 : n;
    float[] stacked = new float[6 * PIXELS];
    int at = 0;
    for (int slice : new int[] {below, n, above}) {
      System.arraycopy(scan.images()[slice], 0, stacked, at, 2 * PIXELS);
      at += 2 * PIXELS;
    }
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard();
        NetworkFile network = NetworkFile.readSegmenter(file)) {
      UNet unet = new UNet(network.section("network", UNetConfig.class), network.parameters());
      Tensor x = Tensors.of(new float[][] {stacked}, 0, 1, 1, 6, TinyModel.SIZE, TinyModel.SIZE);
      Tensor zero = torch.zeros(new long[] {1}).to(torch.ScalarType.Long);
      float[] marked =
          Tensors.values(unet.forward(x, zero, null).select(1, 0).sigmoid().contiguous());
      for (int p = 0; p < PIXELS; p++) {
        marked[p] = scan.masks()[n][p] == 0 ? 0 : marked[p];
      }
      return marked;
    }
  }
}
