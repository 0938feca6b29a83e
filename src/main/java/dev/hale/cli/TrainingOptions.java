package dev.hale.cli;

import dev.hale.data.Axis;
import dev.hale.data.Preprocessing;
import dev.hale.engine.Precision;
import dev.hale.experiment.TrainingSource;
import dev.hale.training.RateSchedule;
import dev.hale.training.TimestepSampling;
import dev.hale.training.TrainingSettings;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that both trainings share: data, preprocessing, optimisation. */
final class TrainingOptions {
  private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";

  @Mixin SubjectOptions subjects;

  @Option(
      names = "--channels",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "FLAIR,T1,T1c,T2",
      description = "Channels, in the model's order." + DEFAULT)
  List<String> channels;

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      defaultValue = "64",
      description = "Side of a model image in pixels." + DEFAULT)
  int imageSize;

  @Option(
      names = "--spacing",
      paramLabel = "MM",
      defaultValue = "3",
      description = "Side of a model pixel in millimetres." + DEFAULT)
  double spacing;

  @Option(
      names = "--minimum-brain",
      paramLabel = "FRACTION",
      defaultValue = "0.05",
      description = "Leave out slices of which the brain covers less." + DEFAULT)
  double minimumBrain;

  @Option(
      names = "--minimum-lesion",
      paramLabel = "PIXELS",
      defaultValue = "3",
      description =
          "A slice with lesion on fewer model pixels is neither healthy nor diseased and left out."
              + DEFAULT)
  int minimumLesion;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Optimiser steps." + DEFAULT)
  int iterations;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "16",
      description = "Images a step." + DEFAULT)
  int batch;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      defaultValue = "3e-4",
      description = "Peak learning rate of AdamW." + DEFAULT)
  double learningRate;

  @Option(
      names = "--weight-decay",
      paramLabel = "RATE",
      defaultValue = "0.01",
      description = "Weight decay of AdamW." + DEFAULT)
  double weightDecay;

  @Option(
      names = "--ema",
      paramLabel = "DECAY",
      defaultValue = "0.995",
      description = "Decay of the averaged weights, which are what is saved." + DEFAULT)
  double ema;

  @Option(
      names = "--width",
      paramLabel = "CHANNELS",
      defaultValue = "32",
      description = "Base width of the network, a multiple of 32." + DEFAULT)
  int width;

  @Option(
      names = "--multipliers",
      paramLabel = "M",
      split = ",",
      description = "Width of each resolution level in units of --width.")
  List<Double> multipliers = List.of();

  @Option(
      names = "--attention",
      paramLabel = "FACTOR",
      split = ",",
      description = "Downsampling factors at which there is self-attention.")
  List<Integer> attention = List.of();

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of everything random." + DEFAULT)
  long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "CPU threads. Default: all processors.")
  Integer threads;

  @Option(
      names = "--save-every",
      paramLabel = "N",
      defaultValue = "200",
      description = "Steps between saves." + DEFAULT)
  int saveEvery;

  TrainingSource source() {
    return subjects.source(channels);
  }

  Preprocessing preprocessing() {
    return new Preprocessing(channels, imageSize, spacing, Axis.AXIAL, 1, 99, minimumBrain);
  }

  TrainingSettings settings() {
    return new TrainingSettings(
        iterations,
        batch,
        batch,
        learningRate,
        weightDecay,
        Math.min(100, iterations / 10),
        RateSchedule.COSINE,
        List.of(ema),
        1,
        TimestepSampling.UNIFORM,
        0,
        0,
        1000,
        false,
        Precision.FLOAT32,
        false,
        saveEvery,
        0,
        seed);
  }
}
