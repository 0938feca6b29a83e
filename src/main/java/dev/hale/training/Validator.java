package dev.hale.training;

import dev.hale.engine.ComputeThreads;
import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.training.StepRandom.Purpose;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/**
 * Measures a network, where it is, on the same images with the same noise at every validation. The
 * processes share the images between them, and in each the workers.
 */
record Validator(
    Task task,
    TrainingSettings settings,
    ValidationImages images,
    Processes processes,
    ComputeThreads threads) {

  Validation.Scores judge(Parameters average) {
    int count = images.images().length;
    Validation validation = task.validation();
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard();
        Parameters weights = ComputeWeights.of(average, settings.precision())) {
      Tensor measured =
          torch.zeros(validation.rounds(), count).to(average.device(), torch.ScalarType.Float);
      int share = (count + processes.size() - 1) / processes.size();
      int end = Math.min(count, (processes.rank() + 1) * share);
      List<Runnable> parts = new ArrayList<>();
      for (int from = processes.rank() * share; from < end; from += settings.microBatch()) {
        int first = from;
        int to = Math.min(end, from + settings.microBatch());
        parts.add(() -> measure(validation, weights, first, to, measured));
      }
      threads.runAll(parts);
      processes.sum(measured);
      return validation.scores(Tensors.rows(measured), images.labels(), settings.noiseLevels());
    }
  }

  private void measure(Validation validation, Parameters weights, int from, int to, Tensor into) {
    for (int round = 0; round < validation.rounds(); round++) {
      try (Scope scope = new Scope();
          NoGradGuard noGrad = new NoGradGuard()) {
        NoisyImages noised = noised(validation, round, from, to).to(into.device());
        Tensor values = validation.measure(weights, noised, round);
        into.select(0, round).narrow(0, from, to - from).copy_(values);
      }
    }
  }

  /** What an image is noised with depends on the image and the round alone. */
  private NoisyImages noised(Validation validation, int round, int from, int to) {
    int side = images.imageSize();
    long[] one = {1, images.channels().size(), side, side};
    long[] all = {to - from, one[1], side, side};
    Tensor noise = torch.empty(all);
    long[] labels = new long[to - from];
    long[] timesteps = new long[to - from];
    for (int n = from; n < to; n++) {
      long seed = StepRandom.seed(settings.seed(), Purpose.VALIDATION, round, n);
      noise.narrow(0, n - from, 1).copy_(StepRandom.normal(seed, one));
      timesteps[n - from] =
          validation.timestep(
              round,
              settings.noiseLevels(),
              StepRandom.of(settings.seed(), Purpose.VALIDATION, round, n, 0));
      labels[n - from] = images.labels()[n];
    }
    Tensor x0 = Tensors.of(images.images(), from, to, all);
    boolean last = task.channelsLast();
    return new NoisyImages(
        last ? x0.contiguous(MemoryFormat.ChannelsLast) : x0,
        torch.tensor(labels),
        torch.tensor(timesteps),
        last ? noise.contiguous(MemoryFormat.ChannelsLast) : noise);
  }
}
