package dev.hale.detection.method;

import dev.hale.diffusion.Denoiser;
import dev.hale.diffusion.DiffusionChain;
import dev.hale.diffusion.GaussianDiffusion;
import dev.hale.diffusion.NoiseSource;
import dev.hale.engine.Scope;
import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import dev.hale.scan.Preprocessing;
import java.util.function.DoubleConsumer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * ANDi (Frotscher et al. 2023): at each of some low noise levels the image is noised afresh, and
 * the step back that a model of healthy images takes is compared with the one that the image itself
 * implies. Both are means of the posterior, which differ by a constant of the level times x0 − x̂0;
 * constants of a level are constants of the geometric mean over levels, so that the map is the
 * geometric mean of the Euclidean distances |x0 − x̂0| over channels.
 *
 * <p>Unlike the paper's, the model was trained on Gaussian noise, not on a pyramid of it.
 */
final class AndiMaps implements SliceMethod {
  private static final double LEAST = 1e-8; // of a squared distance, for its logarithm

  private final DiffusionModel model;
  private final GaussianDiffusion diffusion;
  private final int[] channels;

  /** With an open network; writes down what is compared. */
  AndiMaps(DiffusionModel model, AndiSettings settings, ModelFolder folder) {
    this.model = model;
    AndiSettings.Levels levels = settings.levels();
    model.requireLevel(levels.highest() + 1);
    diffusion =
        new GaussianDiffusion(
            new DiffusionChain(model.settings().noiseSchedule(), levels.timesteps()),
            model.settings().prediction(),
            model.settings().variance());
    channels = model.own(settings.difference().channels(model.preprocessing().channels()));
    folder.note("lowestLevel", levels.lowest());
    folder.note("highestLevel", levels.highest());
    folder.note("calls", levels.calls());
    folder.note("difference", JsonNames.of(settings.difference()));
  }

  @Override
  public Preprocessing preprocessing() {
    return model.preprocessing();
  }

  @Override
  public int context() {
    return model.context();
  }

  @Override
  public SliceMaps maps(SliceBatch batch, DoubleConsumer progress) {
    try (NoGradGuard noGrad = new NoGradGuard();
        Scope scope = new Scope();
        Span span = Trace.span("aggregate")) {
      Tensor x = model.stacked(batch);
      Denoiser denoiser = model.denoiser(x, DiffusionModel.HEALTHY);
      NoiseSource noise = new SliceNoise(batch.seeds());
      Tensor logs = torch.zeros_like(batch.brains()).to(torch.ScalarType.Double);
      int levels = diffusion.chain().length();
      for (int level = 0; level < levels; level++) {
        add(level, x, denoiser, noise, logs);
        progress.accept((level + 1.0) / levels);
      }
      Tensor maps = logs.div(new Scalar(2.0 * levels)).exp().to(torch.ScalarType.Float);
      return new SliceMaps(scope.keep(BrainMaps.inside(maps, batch.brains())), null);
    }
  }

  /** Adds the logarithm of the squared distance at a level. */
  private void add(int level, Tensor x, Denoiser denoiser, NoiseSource noise, Tensor logs) {
    try (Scope scope = new Scope()) {
      Tensor levels = DiffusionModel.everywhere(level, x);
      Tensor noised = diffusion.qSample(x, levels, noise.like(x));
      Tensor predicted =
          denoiser
              .predict(noised, DiffusionModel.everywhere(diffusion.chain().timestep(level), x))
              .narrow(1, 0, x.size(1));
      Tensor clean = diffusion.predictX0(noised, levels, predicted);
      logs.add_(Difference.squared(x, clean, channels).clamp_min(new Scalar(LEAST)).log());
    }
  }
}
