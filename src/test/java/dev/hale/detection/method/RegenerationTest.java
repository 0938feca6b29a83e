package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.TinyModel;
import dev.hale.diffusion.ChainStep;
import dev.hale.diffusion.DiffusionChain;
import dev.hale.engine.Device;
import dev.hale.engine.Precision;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.engine.kernels.Kernels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a small random network. */
class RegenerationTest {
  private static final int SIZE = 16;
  private static final int PIXELS = SIZE * SIZE;
  private static final HealingSettings CHAIN = new HealingSettings(400, 4, 3, 2, 1, 1, 0, 95);
  private static final float[] FILL = {0.3f, -0.2f};
  private static final long[] SEEDS = {11, 12};

  @TempDir static Path folder;
  private static DiffusionModel model;
  private static float[] image;

  @BeforeAll
  static void read() throws IOException {
    TinyModel.write(folder, "FLAIR", "T1");
    Path file = folder.resolve("diffusion.safetensors");
    model = DiffusionModel.read(file, Device.CPU, Precision.FLOAT32);
    Random random = new Random(2);
    image = new float[2 * PIXELS];
    for (int v = 0; v < image.length; v++) {
      image[v] = 2 * random.nextFloat() - 1;
    }
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static Gate gate() {
    byte[] inside = new byte[PIXELS];
    for (int j = 4; j < 9; j++) {
      Arrays.fill(inside, j * SIZE + 3, j * SIZE + 10, (byte) 1);
    }
    return new Gate(inside, SIZE);
  }

  private static Tensor tensor(float[] values) {
    return DiffusionModel.channelsLast(
        Tensors.of(new float[][] {values}, 0, 1, 1, values.length / PIXELS, SIZE, SIZE));
  }

  private static Tensor on(Gate gate) {
    return gate.on(Device.CPU.torch());
  }

  private static Tensor fill() {
    return Tensors.of(new float[][] {FILL}, 0, 1, 1, FILL.length, 1, 1);
  }

  private static float[][] samples(Gate gate, long... seeds) {
    Regeneration regeneration = new Regeneration(model, CHAIN, 1, Kernels.of(Device.CPU));
    try (Scope scope = new Scope()) {
      Tensor x = tensor(image);
      return Tensors.rows(regeneration.samples(x, regeneration.encode(x), on(gate), fill(), seeds));
    }
  }

  @Test
  void theOutsideOfTheGateIsTheImageBitForBit() {
    Gate gate = gate();
    float[][] samples = samples(gate, SEEDS);
    for (float[] sample : samples) {
      int changed = 0;
      for (int v = 0; v < sample.length; v++) {
        if (gate.has(v % PIXELS)) {
          changed += sample[v] == image[v] ? 0 : 1;
        } else {
          assertEquals(image[v], sample[v], 0, "value " + v);
        }
      }
      assertEquals(2 * 35, changed);
    }
    assertFalse(Arrays.equals(samples[0], samples[1]));
  }

  @Test
  void aSampleIsThatOfItsSeedWhateverTheOthers() {
    float[][] two = samples(gate(), SEEDS);
    assertArrayEquals(two[0], samples(gate(), SEEDS[0], 99)[0]);
    assertArrayEquals(two[1], samples(gate(), SEEDS[1])[0], 1e-4f);
  }

  @Test
  void theEncodingEndsWhereDdimsDoes() {
    HealingSettings every = new HealingSettings(400, 4, 4, 1, 1, 1, 0, 95);
    Regeneration regeneration = new Regeneration(model, every, 1, Kernels.of(Device.CPU));
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor x = tensor(image);
      float[] epsilon = Tensors.values(regeneration.encode(x));
      DiffusionChain chain = model.chainUpTo(400, 4);
      float[] end = image.clone();
      for (ChainStep step : chain.encoding(4)) {
        end = ddim(end, Tensors.values(predict(end, step, 1)), step, 0, null, false);
      }
      double alpha = chain.alphaCumprod(3);
      for (int v = 0; v < end.length; v++) {
        double made = Math.sqrt(alpha) * image[v] + Math.sqrt(1 - alpha) * epsilon[v];
        assertEquals(end[v], made, 2e-4, "value " + v);
      }
    }
  }

  /** The whole chain of one sample, step by step in double precision, with the same noise. */
  @Test
  void aSampleIsThatOfAPlainTwin() {
    Gate gate = gate();
    Regeneration regeneration = new Regeneration(model, CHAIN, 1, Kernels.of(Device.CPU));
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor x = tensor(image);
      Tensor encoded = regeneration.encode(x);
      long[] seed = {5};
      float[] made = Tensors.values(regeneration.samples(x, encoded, on(gate), fill(), seed));
      float[] epsilon = Tensors.values(encoded);
      SliceNoise noise = new SliceNoise(new long[] {5});
      DiffusionChain chain = model.chainUpTo(400, 4);
      double alpha = chain.alphaCumprod(3);
      float[] current = new float[image.length];
      float[] z = Tensors.values(noise.like(x));
      for (int v = 0; v < current.length; v++) {
        double start = gate.has(v % PIXELS) ? FILL[v / PIXELS] : image[v];
        double from = gate.has(v % PIXELS) ? z[v] : epsilon[v];
        current[v] = (float) (Math.sqrt(alpha) * start + Math.sqrt(1 - alpha) * from);
      }
      List<ChainStep> down = chain.decoding(4);
      for (ChainStep step : down) {
        float[] output = Tensors.values(predict(current, step, 0));
        boolean last = step.to() == 1;
        float[] next =
            ddim(current, output, step, 1, last ? null : Tensors.values(noise.like(x)), true);
        for (int v = 0; v < next.length; v++) {
          if (!gate.has(v % PIXELS)) {
            next[v] =
                (float) (Math.sqrt(step.to()) * image[v] + Math.sqrt(1 - step.to()) * epsilon[v]);
          }
        }
        current = next;
      }
      double most = 0;
      for (int v = 0; v < made.length; v++) {
        most = Math.max(most, Math.abs(made[v] - current[v]));
      }
      assertTrue(most < 1e-3, "differs by " + most);
    }
  }

  private static Tensor predict(float[] values, ChainStep step, int label) {
    Tensor x = Tensors.of(new float[][] {values}, 0, 1, 1, values.length / PIXELS, SIZE, SIZE);
    Tensor timesteps =
        torch.full(new long[] {1}, new Scalar(step.timestep())).to(torch.ScalarType.Long);
    return model.denoiser(x, label).predict(x, timesteps);
  }

  /** DDIM, eq. 12. */
  private static float[] ddim(
      float[] x, float[] epsilon, ChainStep step, double eta, float[] z, boolean clamp) {
    double from = step.from();
    double to = step.to();
    double sigma = eta * Math.sqrt((1 - to) / (1 - from)) * Math.sqrt(Math.max(0, 1 - from / to));
    if (from == 1) {
      sigma = 0;
    }
    float[] next = new float[x.length];
    for (int v = 0; v < x.length; v++) {
      double seen = step.seen();
      double x0 = (x[v] - Math.sqrt(1 - from) * epsilon[v]) / Math.sqrt(from);
      double eps = epsilon[v];
      if (clamp) {
        x0 = Math.max(-1, Math.min(1, x0));
        eps = (x[v] - Math.sqrt(from) * x0) / Math.sqrt(1 - from);
      }
      assertTrue(seen > 0);
      next[v] =
          (float)
              (Math.sqrt(to) * x0
                  + Math.sqrt(Math.max(0, 1 - to - sigma * sigma)) * eps
                  + (z == null ? 0 : sigma * z[v]));
    }
    return next;
  }
}
