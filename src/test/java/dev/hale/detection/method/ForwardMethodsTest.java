package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.TinyModel;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.SliceDetector;
import dev.hale.detection.ThresholdRule;
import dev.hale.diffusion.Denoiser;
import dev.hale.engine.Device;
import dev.hale.engine.Precision;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Methods that decode nothing, against the papers' formulas written out for one image. */
class ForwardMethodsTest {
  private static final int PIXELS = TinyModel.SIZE * TinyModel.SIZE;
  private static final long SEED = 1; // of DetectorOptions.defaults()

  @TempDir static Path folder;
  private static float[] image;

  @BeforeAll
  static void model() throws IOException {
    TinyModel.write(folder, "FLAIR", "T1");
    TinyModel.writeAllNetworks(folder, "FLAIR", "T1");
    Random random = new Random(5);
    image = new float[2 * PIXELS];
    for (int v = 0; v < image.length; v++) {
      image[v] = 2 * random.nextFloat() - 1;
    }
  }

  /** The network's ε̂ at an image, and the noise schedule. */
  private static final class Network implements AutoCloseable {
    private final Scope scope = new Scope();
    private final NoGradGuard noGrad = new NoGradGuard();
    private final DiffusionModel model =
        DiffusionModel.read(folder.resolve("diffusion.safetensors"), Device.CPU, Precision.FLOAT32);
    private final double[] alphas = model.settings().noiseSchedule().alphasCumprod();

    float[] epsilon(double[] x, int timestep, int label) {
      float[] values = new float[x.length];
      for (int v = 0; v < values.length; v++) {
        values[v] = (float) x[v];
      }
      Tensor at = tensor(values);
      Denoiser denoiser = model.denoiser(at, label);
      Tensor t = torch.full(new long[] {1}, new Scalar((long) timestep));
      return Tensors.values(denoiser.predict(at, t.to(torch.ScalarType.Long)));
    }

    static Tensor tensor(float[] values) {
      return Tensors.of(new float[][] {values}, 0, 1, 1, 2, TinyModel.SIZE, TinyModel.SIZE);
    }

    @Override
    public void close() {
      model.close();
      noGrad.close();
      scope.close();
    }
  }

  private static float[] map(String method, MethodSettings settings) {
    DetectorConfig config = DetectorConfig.unmeasured(Methods.named(method), settings, 99);
    byte[] brain = new byte[PIXELS];
    Arrays.fill(brain, 3, PIXELS, (byte) 1);
    DetectorOptions one = new DetectorOptions(Device.CPU, Precision.FLOAT32, 1, SEED);
    try (SliceDetector detector = new SliceDetector(folder, config, one)) {
      return detector.maps(new float[][] {image}, new byte[][] {brain}, DetectionProgress.NONE)[0];
    }
  }

  private static double clean(double x, double epsilon, double alpha) {
    return (x - Math.sqrt(1 - alpha) * epsilon) / Math.sqrt(alpha);
  }

  private static void assertMap(double[] expected, float[] map) {
    for (int p = 0; p < PIXELS; p++) {
      double want = p < 3 ? 0 : expected[p];
      assertEquals(want, map[p], 2e-4 * Math.abs(want), "pixel " + p);
    }
  }

  @Test
  void andiIsTheGeometricMeanOfDistancesOverLevels() {
    int[] levels = {50, 125, 200};
    double[] logs = new double[PIXELS];
    try (Network network = new Network()) {
      SliceNoise noise = new SliceNoise(new long[] {SEED});
      for (int level : levels) {
        double alpha = network.alphas[level];
        float[] drawn = Tensors.values(noise.like(Network.tensor(image)));
        double[] noised = new double[image.length];
        for (int v = 0; v < noised.length; v++) {
          noised[v] = Math.sqrt(alpha) * image[v] + Math.sqrt(1 - alpha) * drawn[v];
        }
        float[] epsilon = network.epsilon(noised, level, 0);
        for (int p = 0; p < PIXELS; p++) {
          double flair = image[p] - clean(noised[p], epsilon[p], alpha);
          int q = PIXELS + p;
          double t1 = image[q] - clean(noised[q], epsilon[q], alpha);
          logs[p] += Math.log(Math.hypot(flair, t1)) / levels.length;
        }
      }
    }
    double[] expected = Arrays.stream(logs).map(Math::exp).toArray();
    AndiSettings settings =
        new AndiSettings(
            new AndiSettings.Levels(50, 200, 3), Difference.ABSOLUTE, 0, ThresholdRule.OTSU);
    assertMap(expected, map("andi", settings));
  }

  @Test
  void anofpdmTakesTheLevelsUpToWhereGuidanceSaysMost() {
    int[] levels = {49, 99, 149, 199};
    double[] x = new double[image.length];
    Arrays.setAll(x, v -> image[v]);
    double[][] distances = new double[3][PIXELS];
    double[] said = new double[3];
    try (Network network = new Network()) {
      double from = 1;
      for (int step = 0; step < levels.length; step++) {
        int seen = levels[Math.max(0, step - 1)];
        float[] base = network.epsilon(x, seen, 1);
        if (step > 0) {
          float[] told = network.epsilon(x, seen, 0);
          for (int v = 0; v < x.length; v++) {
            double guided = held(clean(x[v], 3 * told[v] - 2 * base[v], from));
            double plain = held(clean(x[v], base[v], from));
            distances[step - 1][v % PIXELS] += Math.pow(image[v] - guided, 2);
            said[step - 1] += Math.pow(guided - plain, 2);
          }
        }
        double to = network.alphas[levels[step]];
        for (int v = 0; v < x.length; v++) {
          double x0 = step == 0 ? x[v] : clean(x[v], base[v], from);
          x[v] = Math.sqrt(to) * x0 + Math.sqrt(1 - to) * base[v];
        }
        from = to;
      }
    }
    int last = said[0] >= said[1] && said[0] >= said[2] ? 0 : said[1] >= said[2] ? 1 : 2;
    double[] expected = new double[PIXELS];
    for (int level = 0; level <= last; level++) {
      for (int p = 0; p < PIXELS; p++) {
        expected[p] += distances[level][p] / (last + 1);
      }
    }
    AnofpdmSettings settings =
        new AnofpdmSettings(200, 4, 2, 1, Difference.ABSOLUTE, 0, ThresholdRule.OTSU);
    assertMap(expected, map("anofpdm", settings));
  }

  private static double held(double value) {
    return Math.max(-1, Math.min(1, value));
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new AndiSettings.Levels(10, 5, 1));
    assertThrows(IllegalArgumentException.class, () -> new AndiSettings.Levels(0, 9, 11));
    assertThrows(
        IllegalArgumentException.class,
        () -> new AnofpdmSettings(9, 1, 2, 1, Difference.ABSOLUTE, 0, ThresholdRule.OTSU));
    AnofpdmSettings told =
        new AnofpdmSettings(200, 4, 2, 0, Difference.ABSOLUTE, 0, ThresholdRule.OTSU);
    String said =
        assertThrows(IllegalArgumentException.class, () -> map("anofpdm", told)).getMessage();
    assertTrue(said.contains("encoding label other than 0"), said);
  }
}
