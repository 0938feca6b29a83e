package dev.hale.diffusion;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.data.PreparedScan;
import dev.hale.data.Preprocessing;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomSubject;
import dev.hale.engine.Device;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.engine.kernels.Kernels;
import dev.hale.model.NetworkFile;
import dev.hale.model.UNet;
import java.nio.file.Path;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/**
 * The claim of DDIM's table 2 on a trained model: encoding an image to noise and decoding it again
 * loses less the more steps are taken, about as 1/S in the root of the error.
 */
class TrainedModelRoundTripTest {
  private static final Path MODEL = Path.of("models/demo/diffusion.safetensors");
  private static final int IMAGES = 3;

  /** The highest that the demo's model was trained for. */
  private static final int LEVEL = 500;

  @Test
  void errorFallsWithTheNumberOfSteps() {
    try (NetworkFile file = NetworkFile.readUNet(MODEL);
        Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      UNet unet = file.unet();
      Tensor x = phantoms(file.section("preprocessing", Preprocessing.class));
      DiffusionSettings settings = file.section("diffusion", DiffusionSettings.class);
      double at5 = error(unet, settings, x, 5);
      double at10 = error(unet, settings, x, 10);
      double at20 = error(unet, settings, x, 20);
      double at40 = error(unet, settings, x, 40);
      System.out.printf(
          "encode-decode error (per dimension, images in [0, 1]): S=5 %.5f, 10 %.5f, 20 %.5f,"
              + " 40 %.5f%n",
          at5, at10, at20, at40);
      assertTrue(at10 < at5 && at20 < at10 && at40 < at20, "the error does not fall with S");
      assertTrue(
          at40 < at5 / 4, "eight times the steps should divide the error by far more than 4");
    }
  }

  /** Mean squared error per dimension with images scaled to [0, 1], as in the paper. */
  private static double error(UNet unet, DiffusionSettings settings, Tensor x, int steps) {
    DiffusionChain chain =
        new DiffusionChain(settings.noiseSchedule(), TimestepSpacing.upTo(LEVEL, steps));
    Tensor healthy = torch.full(new long[] {x.size(0)}, new Scalar(0)).to(torch.ScalarType.Long);
    Denoiser model =
        (image, timesteps) ->
            unet.forward(image, timesteps, unet.config().numClasses() == 0 ? null : healthy);
    DdimSampler sampler =
        new DdimSampler(Kernels.of(Device.CPU.torch().type()), settings.prediction(), false);
    Tensor encoded = sampler.run(model, x, chain.encoding(steps), StepObserver.NONE);
    Tensor decoded = sampler.run(model, encoded, chain.decoding(steps), StepObserver.NONE);
    Tensor difference = decoded.sub(x).mul(new Scalar(0.5));
    return difference.mul(difference).mean().item_double();
  }

  private static Tensor phantoms(Preprocessing preprocessing) {
    PhantomSubject subject = Phantom.subject(Pathology.GLIOMA, 2_000_000);
    PreparedScan prepared = preprocessing.prepare(subject.scan(), subject.brain());
    int from = prepared.count() / 2;
    return Tensors.of(
        prepared.images(),
        from,
        from + IMAGES,
        IMAGES,
        preprocessing.channels().size(),
        preprocessing.imageSize(),
        preprocessing.imageSize());
  }
}
