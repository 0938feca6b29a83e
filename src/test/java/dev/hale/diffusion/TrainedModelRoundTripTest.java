package dev.hale.diffusion;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomSubject;
import dev.hale.engine.Device;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.engine.kernels.Kernels;
import dev.hale.model.NetworkFile;
import dev.hale.model.UNet;
import dev.hale.scan.PreparedScan;
import dev.hale.scan.Preprocessing;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The claim of DDIM's table 2 on a trained model: encoding an image to noise and decoding it again
 * loses less the more steps are taken, about as 1/S in the root of the error; and what becomes of
 * the chain where the network is called in some of its steps only.
 */
@Tag("slow")
class TrainedModelRoundTripTest {
  private static final Path MODEL = Path.of("models/demo/diffusion.safetensors");

  /** The highest that the demo's model was trained for. */
  private static final int LEVEL = 500;

  @Test
  void errorFallsWithTheNumberOfSteps() {
    try (Chains chains = new Chains()) {
      double at5 = error(chains, 5);
      double at10 = error(chains, 10);
      double at20 = error(chains, 20);
      double at40 = error(chains, 40);
      System.out.printf(
          "encode-decode error (per dimension, images in [0, 1]): S=5 %.5f, 10 %.5f, 20 %.5f,"
              + " 40 %.5f%n",
          at5, at10, at20, at40);
      assertTrue(at10 < at5 && at20 < at10 && at40 < at20, "the error does not fall with S");
      assertTrue(
          at40 < at5 / 4, "eight times the steps should divide the error by far more than 4");
    }
  }

  /** A call in every other step stays by the chain of all of them, which a shorter chain leaves. */
  @Test
  void halfOfTheCallsLeadToTheSameImage() {
    try (Chains chains = new Chains()) {
      Tensor all = chains.roundTrip(24, 24);
      double half = distance(all, chains.roundTrip(24, 12));
      double shorter = distance(all, chains.roundTrip(12, 12));
      System.out.printf("from 24 steps: 12 calls in them %.2e, 12 steps %.2e%n", half, shorter);
      assertTrue(half < shorter / 8, half + " against " + shorter);
    }
  }

  private static double error(Chains chains, int steps) {
    return distance(chains.x, chains.roundTrip(steps, steps));
  }

  /** Mean squared difference per dimension with images scaled to [0, 1], as in the paper. */
  private static double distance(Tensor x, Tensor y) {
    Tensor difference = x.sub(y).mul(new Scalar(0.5));
    return difference.mul(difference).mean().item_double();
  }

  /** An image that the demo's model encodes and decodes. */
  private static final class Chains implements AutoCloseable {
    private final NetworkFile file = NetworkFile.readUNet(MODEL);
    private final Scope scope = new Scope();
    private final NoGradGuard noGrad = new NoGradGuard();
    private final UNet unet = file.unet();
    private final DiffusionSettings settings = file.section("diffusion", DiffusionSettings.class);
    private final Tensor x;

    private Chains() {
      x = phantomSlice(file.section("preprocessing", Preprocessing.class));
    }

    /** Down again by the way that it went up, told "healthy" both ways. */
    private Tensor roundTrip(int steps, int calls) {
      DiffusionChain chain =
          new DiffusionChain(settings.noiseSchedule(), TimestepSpacing.upTo(LEVEL, steps));
      return follow(follow(x, chain.encoding(steps), calls), chain.decoding(steps), calls);
    }

    private Tensor follow(Tensor start, List<ChainStep> steps, int calls) {
      Tensor healthy =
          torch.full(new long[] {start.size(0)}, new Scalar(0)).to(torch.ScalarType.Long);
      Denoiser model = (image, timesteps) -> unet.forward(image, timesteps, healthy);
      Kernels kernels = Kernels.of(Device.CPU);
      Sampling how = Sampling.of(kernels, settings.prediction());
      return calls == steps.size()
          ? DdimSampler.DDIM.sample(model, start, steps, how)
          : SparseDdimSampler.SPARSE_DDIM.sample(model, start, steps, how.withCalls(calls));
    }

    @Override
    public void close() {
      noGrad.close();
      scope.close();
      file.close();
    }
  }

  private static Tensor phantomSlice(Preprocessing preprocessing) {
    PhantomSubject subject = Phantom.subject(Pathology.GLIOMA, 2_000_000);
    PreparedScan prepared = preprocessing.prepare(subject.scan(), subject.brain());
    int middle = prepared.count() / 2;
    return Tensors.of(
        prepared.images(),
        middle,
        middle + 1,
        1,
        preprocessing.channels().size(),
        preprocessing.imageSize(),
        preprocessing.imageSize());
  }
}
