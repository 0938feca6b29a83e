package dev.hale.cli;

import dev.hale.diffusion.DiffusionSettings;
import dev.hale.diffusion.Prediction;
import dev.hale.diffusion.Variance;
import dev.hale.model.Backbone;
import dev.hale.model.NetworkFile;
import dev.hale.model.UNetConfig;
import dev.hale.training.DiffusionTraining;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains the diffusion model. */
@Command(
    name = "diffusion",
    header = "train the diffusion model",
    description =
        "Trains the ADM U-Net to denoise healthy and diseased images alike, t uniform in 0 … 999,"
            + " and saves the averaged weights with all that detection needs.",
    footer = {
      "  The demo's model:",
      "    hale train diffusion --phantoms healthy,glioma,ms --iterations 1600 --multipliers 1,1,2,4 --out models/demo/diffusion.safetensors"
    })
final class TrainDiffusionCommand implements Callable<Integer> {
  @Mixin TrainingOptions options;
  @Mixin Output output;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The safetensors file to write.")
  Path out;

  @Option(names = "--schedule", defaultValue = "linear", description = "linear or cosine.")
  String schedule;

  @Option(
      names = "--learned-variance",
      description = "Learn the variance too, with the variational term in the loss.")
  boolean learnedVariance;

  @Option(
      names = "--classes",
      paramLabel = "N",
      defaultValue = "2",
      description =
          "Condition the network on the image label: 2, or 0 for not at all. Default:"
              + " ${DEFAULT-VALUE}.")
  int classes;

  @Option(
      names = "--blocks",
      paramLabel = "N",
      defaultValue = "1",
      description = "Residual blocks a level. Default: ${DEFAULT-VALUE}.")
  int blocks;

  @Override
  public Integer call() {
    List<Double> multipliers =
        options.multipliers.isEmpty() ? List.of(1.0, 2.0, 3.0) : options.multipliers;
    Backbone backbone =
        new Backbone(
            options.imageSize,
            options.channels.size(),
            options.width,
            blocks,
            multipliers,
            options.attention.isEmpty()
                ? List.of(1 << (multipliers.size() - 1))
                : options.attention,
            1,
            0,
            true,
            false,
            false,
            0);
    UNetConfig network = new UNetConfig(backbone, classes, learnedVariance);
    DiffusionSettings diffusion =
        new DiffusionSettings(
            schedule,
            1000,
            Prediction.EPSILON,
            learnedVariance ? Variance.LEARNED_RANGE : Variance.FIXED_SMALL);
    var config = NetworkFile.config("unet", network);
    NetworkFile.put(config, "diffusion", diffusion);
    DiffusionTraining training = new DiffusionTraining(network, diffusion, options.settings());
    return TrainingReport.train(options, output, out, config, training::train);
  }
}
