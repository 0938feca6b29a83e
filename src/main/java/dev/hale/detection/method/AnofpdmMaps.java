package dev.hale.detection.method;

import dev.hale.diffusion.ChainStep;
import dev.hale.diffusion.DdimSampler;
import dev.hale.diffusion.Denoiser;
import dev.hale.diffusion.GaussianDiffusion;
import dev.hale.diffusion.Sampling;
import dev.hale.engine.Scope;
import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import dev.hale.scan.Preprocessing;
import java.util.List;
import java.util.function.DoubleConsumer;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * AnoFPDM (Che et al. 2025): nothing is decoded. The image is encoded by DDIM, and at each level on
 * the way up the clean image is predicted twice, guided towards healthy (x̂0) and not (x̃0), both
 * held in [-1, 1]. An image's noise scale is the level at which the two differ most, and its map
 * the mean of (x0 − x̂0)² over the levels up to that.
 *
 * <p>Unlike the paper's, the map is smoothed by a Gaussian and not by a median, and cut by the same
 * label-free rules as every other method's in the place of a percentile for each image.
 */
final class AnofpdmMaps implements SliceMethod {
  private final DiffusionModel model;
  private final AnofpdmSettings settings;
  private final GaussianDiffusion diffusion;
  private final List<ChainStep> encoding;
  private final Sampling how;
  private final int[] channels;

  /** With an open network; writes down what is compared. */
  AnofpdmMaps(DiffusionModel model, AnofpdmSettings settings, ModelFolder folder) {
    this.model = model;
    this.settings = settings;
    diffusion =
        new GaussianDiffusion(
            model.chainUpTo(settings.noiseLevel(), settings.steps()),
            model.settings().prediction(),
            model.settings().variance());
    encoding = diffusion.chain().encoding(settings.steps());
    how = Sampling.of(folder.kernels(), diffusion.prediction());
    channels = model.own(settings.difference().channels(model.preprocessing().channels()));
    folder.note("noiseLevel", settings.noiseLevel());
    folder.note("steps", settings.steps());
    folder.note("guidance", settings.weight());
    folder.note("encodingLabel", settings.encodingLabel());
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
        Span span = Trace.span("encode")) {
      Tensor x = model.stacked(batch);
      Comparison comparison = new Comparison(x);
      DdimSampler.DDIM.sample(
          comparison,
          x,
          encoding,
          how.seenBy((step, image) -> progress.accept((step.index() + 1.0) / encoding.size())));
      Tensor maps = comparison.upToWhereGuidanceSaysMost();
      return new SliceMaps(scope.keep(BrainMaps.inside(maps, batch.brains())), null);
    }
  }

  /** The unguided network, that compares at every level on the way. */
  private final class Comparison implements Denoiser {
    private final Tensor x;
    private final Denoiser unguided;
    private final Denoiser healthy;
    private final Tensor distances; // [S - 1, N, S, S], of the guided prediction to the image
    private final Tensor said; // [S - 1, N], what guidance changes
    private int level = -1; // of the image that goes in; the first is clean

    Comparison(Tensor x) {
      this.x = x;
      unguided = model.denoiser(x, settings.encodingLabel());
      healthy = model.denoiser(x, DiffusionModel.HEALTHY);
      long levels = encoding.size() - 1L;
      distances = torch.empty(new long[] {levels, x.size(0), x.size(2), x.size(3)}).to(x);
      said = torch.empty(new long[] {levels, x.size(0)}).to(x);
    }

    @Override
    public Tensor predict(Tensor image, Tensor timesteps) {
      Tensor predicted = unguided.predict(image, timesteps);
      if (level >= 0) {
        compare(image, timesteps, predicted.narrow(1, 0, x.size(1)));
      }
      level++;
      return predicted;
    }

    private void compare(Tensor image, Tensor timesteps, Tensor base) {
      try (Scope scope = new Scope()) {
        Tensor told = healthy.predict(image, timesteps).narrow(1, 0, x.size(1));
        Tensor guided = told.add(told.sub(base).mul(new Scalar(settings.weight())));
        Tensor towards = clean(image, guided);
        distances.select(0, level).copy_(Difference.squared(x, towards, channels));
        Tensor changed = Difference.squared(clean(image, base), towards, channels);
        said.select(0, level).copy_(changed.flatten(1, 2).mean(1));
      }
    }

    private Tensor clean(Tensor image, Tensor predicted) {
      return diffusion
          .predictX0(image, DiffusionModel.everywhere(level, x), predicted)
          .clamp_min(new Scalar(-1))
          .clamp_max(new Scalar(1));
    }

    Tensor upToWhereGuidanceSaysMost() {
      Tensor last = said.argmax(new LongOptional(0), true); // [1, N]
      Tensor levels = torch.arange(new Scalar(said.size(0))).to(last.device(), ScalarType.Long);
      Tensor counted = levels.unsqueeze(1).le(last).to(ScalarType.Float); // [S - 1, N]
      Tensor sum =
          distances
              .mul(counted.unsqueeze(2).unsqueeze(3))
              .sum(new long[] {0}, false, new ScalarTypeOptional());
      return sum.div(last.squeeze(0).add(new Scalar(1)).unsqueeze(1).unsqueeze(2));
    }
  }
}
