package dev.hale.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.ResidentPages;
import java.io.IOException;
import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * What a long sampling run does, in small: the process must not grow. It runs in a process of its
 * own.
 */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
class ResidentMemoryTest {
  private static final int WARM_UP = 2_000;
  private static final int STEPS = 10_000;

  @Test
  void tenThousandStepsTakeNoMoreMemoryThanTwoThousand() throws IOException, InterruptedException {
    ResidentPages pages = ResidentPages.of(LongRun.class, List.of("-Xms64m", "-Xmx64m"));
    System.out.println(pages);
    long before = pages.before();
    long after = pages.after();
    assertTrue(
        Math.abs(after - before) < 0.05 * before,
        "%d pages after %d steps, %d after %d".formatted(before, WARM_UP, after, STEPS));
  }

  /** The process that is watched. */
  static final class LongRun {
    private static final long[] ONE = {1, 1};

    private LongRun() {}

    public static void main(String[] arguments) throws IOException {
      Engine.setThreads(1);
      Engine.seed(1);
      try (var scope = new Scope()) {
        Tensor image = torch.randn(2, 4, 8, 8);
        Tensor first = torch.randn(8, 4, 3, 3).mul(new Scalar(0.2));
        Tensor second = torch.randn(4, 8, 3, 3).mul(new Scalar(0.2));
        long afterWarmUp = 0;
        for (int done = 1; done <= STEPS; done++) {
          Tensor next = step(image, first, second);
          image.copy_(next);
          next.close();
          if (done == WARM_UP) {
            afterWarmUp = ResidentPages.now();
          }
        }
        ResidentPages.print(afterWarmUp);
      }
    }

    /** A gradient step on the image; the result is the caller's. */
    private static Tensor step(Tensor image, Tensor first, Tensor second) {
      try (var scope = new Scope()) {
        Tensor x = image.detach().clone().set_requires_grad(true);
        Tensor hidden = torch.conv2d(x, first, noBias(), ONE, ONE, ONE, 1);
        Tensor activated = torch.silu(torch.group_norm(hidden, 4));
        Tensor output = torch.conv2d(activated, second, noBias(), ONE, ONE, ONE, 1);
        TensorVector gradients =
            torch.grad(
                new TensorVector(output.mul(output).mean()),
                new TensorVector(x),
                new TensorVector(),
                new BoolOptional(false),
                false,
                false);
        return scope.keep(x.detach().sub(gradients.get(0).mul(new Scalar(0.01))));
      }
    }

    private static TensorOptional noBias() {
      return new TensorOptional();
    }
  }
}
