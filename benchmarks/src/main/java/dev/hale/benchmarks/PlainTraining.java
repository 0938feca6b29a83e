package dev.hale.benchmarks;

import dev.hale.diffusion.DiffusionSettings;
import dev.hale.diffusion.GaussianDiffusion;
import dev.hale.diffusion.Prediction;
import dev.hale.diffusion.Variance;
import dev.hale.engine.Parameters;
import dev.hale.engine.Precision;
import dev.hale.engine.Scope;
import dev.hale.model.NetworkFile;
import dev.hale.model.TrainingPass;
import dev.hale.model.UNet;
import dev.hale.model.UNetConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A training step of the demo's diffusion model as it was before workers and native norms: the
 * whole batch at once, in planes, differentiated by LibTorch alone, with all of its threads. The
 * optimiser (AdamW, one average) works on one flat vector, as hale's.
 */
public final class PlainTraining implements AutoCloseable {
  private static final int BATCH = 16;

  private final UNetConfig config;
  private final Precision precision;
  private final GaussianDiffusion process =
      new GaussianDiffusion(
          new DiffusionSettings("linear", 1000, Prediction.EPSILON, Variance.FIXED_SMALL)
              .fullChain(),
          Prediction.EPSILON,
          Variance.FIXED_SMALL);
  private final Scope scope = new Scope();
  private final Map<String, Tensor> leaves = new LinkedHashMap<>();
  private final Tensor weights;
  private final Tensor gradient;
  private final Tensor mean;
  private final Tensor square;
  private final Tensor average;
  private final Tensor images;
  private final Tensor labels;
  private int steps;

  /** Fresh weights in the layout of the model in the system property {@code model}. */
  public PlainTraining(Precision precision) {
    this.precision = precision;
    Path model = Path.of(System.getProperty("model", "models/demo"), "diffusion.safetensors");
    try (NetworkFile file = NetworkFile.readUNet(model)) {
      config = file.unet().config();
    }
    torch.manual_seed(1);
    Parameters fresh = UNet.initialise(config);
    long length = fresh.values().stream().mapToLong(Tensor::numel).sum();
    weights = torch.zeros(length);
    gradient = torch.zeros(length);
    mean = torch.zeros(length);
    square = torch.zeros(length);
    average = torch.zeros(length);
    long offset = 0;
    for (Map.Entry<String, Tensor> entry : fresh.asMap().entrySet()) {
      Tensor values = entry.getValue();
      long count = values.numel();
      Tensor leaf = weights.narrow(0, offset, count).view(values.sizes()).detach();
      leaf.copy_(values);
      leaf.requires_grad_(true);
      leaf.mutable_grad().put(gradient.narrow(0, offset, count).view(values.sizes()));
      leaves.put(entry.getKey(), leaf);
      offset += count;
    }
    int side = config.backbone().imageSize();
    images = torch.randn(BATCH, config.backbone().inChannels(), side, side).mul(new Scalar(0.3));
    labels = torch.zeros(BATCH).to(torch.ScalarType.Long);
  }

  /** Takes one step. */
  public void step() {
    try (Scope inner = new Scope()) {
      gradient.zero_();
      Map<String, Tensor> cast = new LinkedHashMap<>();
      leaves.forEach(
          (name, leaf) -> {
            boolean ofNorm = leaves.get(name.replaceAll("bias$", "weight")).dim() == 1;
            cast.put(name, ofNorm ? leaf : leaf.to(precision.scalarType()));
          });
      try (Parameters compute = Parameters.of(cast)) {
        Tensor timesteps = torch.randint(0, 500, new long[] {BATCH}).to(torch.ScalarType.Long);
        Tensor noise = torch.randn_like(images);
        Tensor noised = process.qSample(images, timesteps, noise);
        TrainingPass pass = new TrainingPass(null, new GeneratorOptional());
        Tensor output = new UNet(config, compute).forward(noised, timesteps, labels, pass);
        process.losses(output, images, noised, timesteps, noise).mse().mean().backward();
      }
      try (NoGradGuard noGrad = new NoGradGuard()) {
        optimise();
      }
    }
  }

  private void optimise() {
    double rate = 1e-4;
    steps++;
    gradient.mul_(new Scalar(Math.min(1, 1 / gradient.norm().item_double())));
    mean.lerp_(gradient, new Scalar(0.1));
    square.mul_(new Scalar(0.999)).addcmul_(gradient, gradient, new Scalar(0.001));
    double corrected = Math.sqrt(1 - Math.pow(0.999, steps));
    Tensor spread = square.sqrt().div_(new Scalar(corrected)).add_(new Scalar(1e-8));
    weights.mul_(new Scalar(1 - rate * 0.01));
    weights.addcdiv_(mean, spread, new Scalar(-rate / (1 - Math.pow(0.9, steps))));
    average.lerp_(weights, new Scalar(0.005));
  }

  @Override
  public void close() {
    scope.close();
  }
}
