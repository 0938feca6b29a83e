package dev.hale.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.model.Backbone;
import dev.hale.model.UNetConfig;
import java.util.List;
import java.util.Random;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** The segmenter's loss against its formula, pixel by pixel in double precision. */
class SegmenterTaskTest extends OneThread {
  private static final int SIZE = 8;
  private static final UNetConfig NETWORK =
      new UNetConfig(
          new Backbone(SIZE, 2, 32, 1, List.of(1.0, 1.0), List.of(), 1, 0, true, false, false, 0),
          0,
          false);

  @Test
  void theLossIsCrossEntropyAndDice() {
    Random random = new Random(1);
    float[] values = new float[2 * 3 * SIZE * SIZE];
    for (int v = 0; v < values.length; v++) {
      boolean target = v / (SIZE * SIZE) % 3 == 2;
      values[v] = target ? (random.nextInt(4) == 0 ? 1 : -1) : random.nextFloat() * 2 - 1;
    }
    SegmenterTask task = new SegmenterTask(NETWORK);
    try (Scope scope = new Scope();
        Parameters weights = task.initialise()) {
      Tensor x0 = Tensors.of(new float[][] {values}, 0, 1, 2, 3, SIZE, SIZE);
      Tensor zeros = torch.zeros(new long[] {2}).to(torch.ScalarType.Long);
      NoisyImages images = new NoisyImages(x0, zeros, zeros, torch.zeros_like(x0));
      // The last convolution begins at 0, so every pixel is marked with a chance of one half.
      float[] losses = Tensors.values(task.imageLosses(weights, images, null));
      for (int n = 0; n < 2; n++) {
        double marked = 0;
        double pixels = SIZE * SIZE;
        for (int p = 0; p < pixels; p++) {
          marked += values[(n * 3 + 2) * SIZE * SIZE + p] > 0 ? 1 : 0;
        }
        double dice = (2 * 0.5 * marked + 1) / (0.5 * pixels + marked + 1);
        assertEquals(Math.log(2) + 1 - dice, losses[n], 1e-6);
      }
      Tensor bias = weights.get("out.2.bias");
      bias.narrow(0, 0, 1).fill_(new Scalar(-20));
      Tensor healthy = x0.clone();
      healthy.narrow(1, 2, 1).fill_(new Scalar(-1));
      float[] none =
          Tensors.values(
              task.imageLosses(
                  weights, new NoisyImages(healthy, zeros, zeros, images.noise()), null));
      assertTrue(none[0] < 1e-6, "nothing marked where nothing is: " + none[0]);
    }
  }
}
