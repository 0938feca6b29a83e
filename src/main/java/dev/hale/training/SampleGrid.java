package dev.hale.training;

import dev.hale.diffusion.DdimSampler;
import dev.hale.diffusion.Denoiser;
import dev.hale.diffusion.DiffusionChain;
import dev.hale.diffusion.DiffusionSettings;
import dev.hale.diffusion.Sampling;
import dev.hale.diffusion.TimestepSpacing;
import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.engine.kernels.Kernels;
import dev.hale.model.UNet;
import dev.hale.picture.ImageSheet;
import dev.hale.picture.Montage;
import dev.hale.picture.Montage.Orientation;
import dev.hale.training.StepRandom.Purpose;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Pictures that a diffusion model makes: eight from the same noise at every validation, by 20 steps
 * of DDIM, healthy and diseased where the network knows classes. A network that learns all noise
 * levels starts from noise alone, one that learns the lower ones from validation images noised to
 * the highest that it knows. The processes share the work.
 */
record SampleGrid(
    DiffusionTask task, TrainingSettings settings, ValidationImages like, Processes processes) {
  private static final int COLUMNS = ImageSheet.COLUMNS;
  private static final int STEPS = 20;

  /** The pictures of averaged weights; null in all processes but the first. */
  Montage draw(Parameters average) {
    int classes = task.network().numClasses() == 0 ? 1 : 2;
    int side = like.imageSize();
    int channels = like.channels().size();
    float[][] images;
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard();
        Parameters weights = ComputeWeights.of(average, settings.precision())) {
      Device device = average.device();
      Tensor all =
          torch
              .zeros((long) classes * COLUMNS, channels, side, side)
              .to(device, torch.ScalarType.Float);
      int share = (classes * COLUMNS + processes.size() - 1) / processes.size();
      int end = Math.min(classes * COLUMNS, (processes.rank() + 1) * share);
      for (int from = processes.rank() * share; from < end; from += settings.microBatch()) {
        int count = Math.min(settings.microBatch(), end - from);
        try (Scope chunk = new Scope()) {
          Tensor part = all.narrow(0, from, count);
          long[] labels = new long[count];
          for (int n = 0; n < count; n++) {
            labels[n] = (from + (long) n) / COLUMNS;
            long seed = StepRandom.seed(settings.seed(), Purpose.SAMPLES, (from + n) % COLUMNS);
            Tensor noise = StepRandom.normal(seed, 1, channels, side, side);
            part.narrow(0, n, 1).copy_(start(noise, (from + n) % COLUMNS));
          }
          Tensor known = torch.tensor(labels).to(device, torch.ScalarType.Long);
          part.copy_(sample(weights, part, known));
        }
      }
      processes.sum(all);
      images = Tensors.rows(all);
    }
    return processes.rank() == 0 ? montage(images, classes) : null;
  }

  /** What a picture is made from: q(x_t | x_0) of a validation image, or noise. */
  private Tensor start(Tensor noise, int column) {
    DiffusionSettings diffusion = task.diffusion();
    if (settings.noiseLevels() == diffusion.trainingSteps()) {
      return noise;
    }
    double alpha = diffusion.noiseSchedule().alphasCumprod()[settings.noiseLevels() - 1];
    float[][] images = like.images();
    int image = column % images.length;
    Tensor x0 =
        Tensors.of(images, image, image + 1, 1, noise.size(1), noise.size(2), noise.size(3));
    return x0.mul(new Scalar(Math.sqrt(alpha))).add(noise.mul(new Scalar(Math.sqrt(1 - alpha))));
  }

  private Tensor sample(Parameters weights, Tensor noise, Tensor labels) {
    DiffusionSettings diffusion = task.diffusion();
    int levels = settings.noiseLevels();
    int steps = Math.min(STEPS, levels);
    DiffusionChain chain =
        new DiffusionChain(diffusion.noiseSchedule(), TimestepSpacing.linear(steps, levels));
    UNet unet = new UNet(task.network(), weights);
    Tensor classes = task.network().numClasses() == 0 ? null : labels;
    Denoiser denoiser = (x, timesteps) -> unet.forward(x, timesteps, classes);
    Sampling how =
        Sampling.of(Kernels.of(noise.device().type()), diffusion.prediction()).withClamp(true);
    return DdimSampler.DDIM.sample(denoiser, noise, chain.decoding(steps), how);
  }

  private Montage montage(float[][] images, int classes) {
    List<ImageSheet.Line> lines = new ArrayList<>();
    for (int label = 0; label < classes; label++) {
      String kind = classes == 1 ? "" : label == 0 ? "healthy" : "diseased";
      List<float[]> made = List.of(images).subList(label * COLUMNS, (label + 1) * COLUMNS);
      lines.add(new ImageSheet.Line(kind, made, Collections.nCopies(COLUMNS, "")));
    }
    Orientation orientation = like.headDown() ? Orientation.HEAD_UP : Orientation.AS_STORED;
    return new ImageSheet(like.channels(), like.imageSize(), orientation)
        .draw(lines, like.channels());
  }
}
