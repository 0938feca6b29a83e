package dev.hale.cli;

import dev.hale.diffusion.DiffusionSettings;
import dev.hale.diffusion.Prediction;
import dev.hale.diffusion.Variance;
import dev.hale.model.Backbone;
import dev.hale.model.ClassifierConfig;
import dev.hale.model.NetworkFile;
import dev.hale.training.ClassifierTraining;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains the classifier of noisy images. */
@Command(
    name = "classifier",
    header = "train the classifier of noisy images",
    description =
        "Trains the ADM half-U-Net to tell diseased from healthy at every noise level, t uniform"
            + " (cross entropy), both classes equally often, and saves the averaged weights.",
    footer = {
      "  The demo's classifier:",
      "    hale train classifier --phantoms healthy,glioma,ms"
          + " --subjects 150 --iterations 1500"
          + " --learning-rate 1e-3 --noise-levels 400 --multipliers 1,1,2,2"
          + " --out models/demo/classifier.safetensors"
    })
final class TrainClassifierCommand implements Callable<Integer> {
  @Mixin TrainingOptions options;
  @Mixin Output output;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The safetensors file to write.")
  Path out;

  @Option(
      names = "--schedule",
      defaultValue = "linear",
      description = "linear or cosine; the diffusion model's. Default: ${DEFAULT-VALUE}.")
  String schedule;

  @Option(
      names = "--blocks",
      paramLabel = "N",
      defaultValue = "1",
      description = "Residual blocks a level. Default: ${DEFAULT-VALUE}.")
  int blocks;

  @Option(
      names = "--noise-levels",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "Train on t uniform in 0 … N-1. Guidance asks only about levels below the detection's"
              + " noise level; the noisier ones teach little and slow the rest."
              + " Default: ${DEFAULT-VALUE}, as published.")
  int noiseLevels;

  @Override
  public Integer call() {
    List<Double> multipliers =
        options.multipliers.isEmpty() ? List.of(1.0, 2.0, 2.0, 2.0) : options.multipliers;
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
            32,
            true,
            true,
            false,
            0);
    ClassifierConfig network = new ClassifierConfig(backbone, ClassifierConfig.Pool.ATTENTION, 2);
    DiffusionSettings diffusion =
        new DiffusionSettings(schedule, 1000, Prediction.EPSILON, Variance.FIXED_SMALL);
    var config = NetworkFile.config("classifier", network);
    NetworkFile.put(config, "diffusion", diffusion);
    ClassifierTraining training =
        new ClassifierTraining(network, diffusion, options.settings(), noiseLevels);
    return TrainingReport.train(options, output, out, config, training::train);
  }
}
