package dev.hale.engine.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.kernels.AttributionPenalty.Cost;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** What every implementation must compute: LibTorch's chain of operations, on random tensors. */
abstract class AttributionContract {
  private static final int TRIES = 40;

  abstract Kernels kernels();

  private static Tensor images(Random random, long[] shape) {
    return Layout.ofInput(random).of(torch.randn(shape));
  }

  private static long[] shape(Random random) {
    return new long[] {
      1 + random.nextInt(3), 1 + random.nextInt(5), 1 + random.nextInt(24), 1 + random.nextInt(24)
    };
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void pathPointsAndTheirSumEqualLibTorch(@ForAll long seed) {
    try (var scope = new PointerScope()) {
      Random random = new Random(seed);
      long[] shape = shape(random);
      Tensor x = images(random, shape);
      Tensor baseline = random.nextBoolean() ? images(random, shape) : null;
      float[] alphas = new float[(int) shape[0]];
      for (int n = 0; n < alphas.length; n++) {
        alphas[n] = random.nextFloat();
      }
      Tensor alpha = torch.tensor(alphas).reshape(shape[0], 1, 1, 1);
      Tensor points = Layout.ofResult(random).of(torch.zeros(shape));
      kernels().pathPoints(x, baseline, alphas, points);
      Tensor from = baseline == null ? torch.zeros_like(x) : baseline;
      assertClose(from.add(alpha.mul(x.sub(from))), points, 2e-6);

      Tensor gradient = images(random, shape);
      boolean intoOne = random.nextBoolean();
      Tensor sum = torch.randn(intoOne ? 1 : shape[0], shape[1], shape[2], shape[3]);
      Tensor terms = gradient.mul(alpha).mul(x.sub(from));
      Tensor want = sum.add(intoOne ? terms.sum(new long[] {0}, true, null) : terms);
      kernels().accumulate(gradient, x, baseline, alphas, sum);
      assertClose(want, sum, 1e-5);
    }
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void constraintEqualsItsCostAndItsGradientByLibTorch(@ForAll long seed) {
    try (var scope = new PointerScope()) {
      Random random = new Random(seed);
      long[] shape = shape(random);
      Tensor attribution = images(random, shape).mul(new Scalar(0.1)).requires_grad_(true);
      Tensor mask =
          torch
              .rand(shape[0], 1, shape[2], shape[3])
              .gt(new Scalar(0.5))
              .to(ScalarType.Float)
              .expand_as(attribution);
      Cost[] costs = Cost.values();
      Cost penalised = costs[random.nextInt(costs.length)];
      var penalty = new AttributionPenalty(penalised, 1 + 50 * random.nextDouble());
      Tensor scaled = attribution.mul(new Scalar(penalty.scale()));
      Tensor cost =
          switch (penalised) {
            case SOFTPLUS -> torch.softplus(scaled);
            case ROSS -> scaled.square();
            case HINGE -> torch.relu(scaled);
          };
      Tensor counts = mask.flatten(1, -1).sum(1).clamp_min(new Scalar(1.0));
      Tensor want = cost.mul(mask).flatten(1, -1).sum(1).div(counts);
      want.sum().backward();
      Tensor derivative = torch.empty(shape);
      double[] value = kernels().constraint(attribution.detach(), mask, penalty, derivative);
      for (int n = 0; n < value.length; n++) {
        double wanted = want.select(0, n).item_double();
        assertEquals(wanted, value[n], 1e-5 * Math.max(1e-3, wanted));
      }
      assertClose(attribution.grad(), derivative, 1e-5);
    }
  }

  @Example
  void anAttributionMapIsTheBlurOfWhatItsMaskShows() {
    try (var scope = new PointerScope()) {
      Tensor attribution = torch.zeros(1, 2, 5, 5);
      attribution.select(1, 0).fill_(new Scalar(3.0));
      attribution.select(1, 1).fill_(new Scalar(-1.0));
      Tensor mask = torch.zeros(1, 5, 5).to(ScalarType.Byte);
      mask.narrow(1, 0, 3).fill_(new Scalar(1));
      Tensor map = torch.full(new long[] {1, 5, 5}, new Scalar(7f));
      // A constant stays what it is, up to the edge of the mask.
      var options = new AttributionMapOptions(true, 1.0, false);
      kernels().attributionMap(attribution, mask, options, map);
      assertClose(mask.to(ScalarType.Float).mul(new Scalar(2.0)), map, 1e-6);
      kernels().attributionMap(attribution, mask, new AttributionMapOptions(true, 1.0, true), map);
      assertClose(mask.to(ScalarType.Float), map, 1e-6);
    }
  }

  @Example
  void whatDoesNotFitIsRefused() {
    try (var scope = new PointerScope()) {
      Tensor x = torch.zeros(2, 1, 3, 3);
      refused(
          "there must be one of alpha for each image: 1 for 2 images",
          () -> kernels().pathPoints(x, null, new float[1], torch.empty_like(x)));
      refused(
          "out is written and shares its memory with x",
          () -> kernels().pathPoints(x, null, new float[2], x));
      refused(
          "a baseline without x has no meaning",
          () -> kernels().accumulate(x, null, torch.zeros_like(x), new float[2], x.clone()));
      refused(
          "out must be [2, 3, 3], is [2, 1, 3, 3]",
          () ->
              kernels()
                  .attributionMap(
                      x, null, new AttributionMapOptions(true, 0, false), torch.empty_like(x)));
      refused(
          "scale is 0.0, expected a finite number above 0",
          () -> new AttributionPenalty(Cost.ROSS, 0));
      refused(
          "sigma is -1.0, must be in [0, 1000]", () -> new AttributionMapOptions(true, -1, true));
    }
  }

  private static void refused(String message, Runnable call) {
    var error = assertThrows(IllegalArgumentException.class, call::run);
    assertEquals(message, error.getMessage());
  }

  private static void assertClose(Tensor want, Tensor got, double room) {
    double error = want.sub(got).abs().max().item_double();
    double size = Math.max(1, want.abs().max().item_double());
    assertTrue(error <= room * size, "error " + error);
  }
}
