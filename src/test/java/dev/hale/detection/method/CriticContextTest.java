package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.hale.TinyModel;
import dev.hale.attribution.AttributionMethod;
import dev.hale.attribution.CriticScore;
import dev.hale.attribution.Gradient;
import dev.hale.attribution.Score;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomSubject;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.SliceDetector;
import dev.hale.detection.SliceImages;
import dev.hale.detection.ThresholdRule;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.model.NetworkFile;
import dev.hale.scan.PreparedScan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A critic that sees the slices below and above, against its gradient written out. */
@Tag("slow")
class CriticContextTest {
  private static final int SIZE = TinyModel.SIZE;
  private static final int PIXELS = SIZE * SIZE;

  @TempDir static Path folder;
  private static Path file;
  private static PhantomSubject subject;

  @BeforeAll
  static void model() throws IOException {
    TinyModel.write(folder, "FLAIR", "T1");
    TinyModel.writeAllNetworks(folder, "FLAIR", "T1");
    file = TinyModel.writeCritic(folder, 1, "FLAIR", "T1");
    subject = Phantom.subject(Pathology.GLIOMA, 3);
  }

  private static SliceDetector detector(String method, MethodSettings settings) {
    return detector(folder, method, settings);
  }

  private static SliceDetector detector(Path folder, String method, MethodSettings settings) {
    DetectorConfig config = DetectorConfig.unmeasured(Methods.named(method), settings, 99);
    return new SliceDetector(folder, config, DetectorOptions.defaults());
  }

  private static AttributionSettings attribution(double across) {
    return new AttributionSettings(
        AttributionMethod.GRADIENT, CriticScore.LOGIT, 1, 0, across, ThresholdRule.OTSU);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void onlyTheSlicesOwnPixelsAreBlamed(int dimensions) throws IOException {
    Path other = folder.resolve("critic-of-" + dimensions);
    Path file = TinyModel.writeCritic(other, 1, dimensions, "FLAIR", "T1");
    try (SliceDetector detector = detector(other, "attribution", attribution(0))) {
      assertEquals(1, detector.context());
      PreparedScan scan = detector.preprocessing().prepare(subject.scan(), subject.brain());
      float[][] found = detector.maps(SliceImages.of(scan, 1), DetectionProgress.NONE);
      for (int n = 0; n < found.length; n++) {
        assertArrayEquals(gradient(file, scan, n), found[n], 1e-6f, "slice " + n);
      }
      float[][] alone = detector.maps(scan.images(), scan.masks(), DetectionProgress.NONE);
      assertFalse(Arrays.equals(found[3], alone[3]), "the slices around matter");
    }
  }

  @Test
  void smoothingAcrossAsksEachSliceInItsOwnSurroundings() {
    AttributionSettings settings = attribution(1);
    int reach = settings.context();
    try (SliceDetector detector = detector("attribution", settings)) {
      assertEquals(reach + 1, detector.context());
      PreparedScan scan = detector.preprocessing().prepare(subject.scan(), subject.brain());
      float[][] found =
          detector.maps(SliceImages.of(scan, detector.context()), DetectionProgress.NONE);
      for (int n = 0; n < found.length; n += 3) {
        double[] sum = new double[PIXELS];
        double[] weight = new double[PIXELS];
        for (int m = Math.max(0, n - reach); m <= Math.min(found.length - 1, n + reach); m++) {
          int distance = scan.slices()[m] - scan.slices()[n];
          float[] map = gradient(file, scan, m);
          for (int p = 0; p < PIXELS && Math.abs(distance) <= reach; p++) {
            double w = scan.masks()[m][p] * Math.exp(-0.5 * distance * distance);
            sum[p] += w * map[p];
            weight[p] += w;
          }
        }
        for (int p = 0; p < PIXELS; p++) {
          double expected = scan.masks()[n][p] == 0 ? 0 : sum[p] / weight[p];
          assertEquals(expected, found[n][p], 1e-6, "slice %d, pixel %d".formatted(n, p));
        }
      }
    }
  }

  @Test
  void combinationsAskItWithTheSlicesAround() {
    for (String method :
        new String[] {"combined-fusion", "combined-regeneration", "combined-gate"}) {
      try (SliceDetector detector = detector(method, MethodsTest.settings(Methods.named(method)))) {
        assertEquals(1, detector.context(), method);
        PreparedScan scan = detector.preprocessing().prepare(subject.scan(), subject.brain());
        float[][] around = detector.maps(SliceImages.of(scan, 1), DetectionProgress.NONE);
        float[][] alone = detector.maps(scan.images(), scan.masks(), DetectionProgress.NONE);
        assertFalse(Arrays.deepEquals(around, alone), method);
      }
    }
  }

  /** The positive part of the own channels' gradient, summed, inside the brain. */
  private static float[] gradient(Path file, PreparedScan scan, int n) {
    float[] stacked = SliceImages.of(scan, 1).only(new int[] {n}).stacked()[0];
    float[] map = new float[PIXELS];
    try (Scope scope = new Scope();
        NetworkFile network = NetworkFile.readCritic(file)) {
      Tensor x = Tensors.of(new float[][] {stacked}, 0, 1, 1, 6, SIZE, SIZE);
      float[] gradient = Tensors.values(new Gradient().of(Score.of(network.critic()), x));
      for (int p = 0; p < PIXELS; p++) {
        double sum = gradient[2 * PIXELS + p] + (double) gradient[3 * PIXELS + p];
        map[p] = scan.masks()[n][p] == 0 ? 0 : (float) Math.max(0, sum);
      }
    }
    return map;
  }
}
