package dev.hale.training;

import dev.hale.data.prepared.Batch;
import dev.hale.data.prepared.BatchSource;
import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.training.StepRandom.Purpose;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/**
 * The gradient of a step's loss. Timesteps, noise and withheld labels are drawn for the batch of
 * all processes, so that several compute together what one would.
 */
record StepGradient(Task task, TrainingSettings settings, Workers workers) {

  /**
   * Leaves the gradient of the mean loss over all processes in the state.
   *
   * @param batch this process's part
   * @param shape who the batch comes from
   */
  StepLosses compute(TrainingState state, Batch batch, BatchSource shape) {
    long step = state.step();
    int share = settings.batch() / workers.size();
    if (batch.step() != step || batch.size() != share) {
      throw new TrainingException(
          "expected %d images of step %d, the data has %d of step %d"
              .formatted(share, step, batch.size(), batch.step()));
    }
    TimestepSampler.Draw draw =
        state.sampler().draw(settings.batch(), random(Purpose.TIMESTEPS, step));
    try (Scope scope = new Scope()) {
      int first = workers.rank() * share;
      NoisyImages images = images(batch, shape, draw, step, first);
      float[] weights = new float[share];
      for (int n = 0; n < share; n++) {
        weights[n] = (float) draw.weights()[first + n];
      }
      Tensor weight = torch.tensor(weights);
      Tensor all = torch.zeros(settings.batch());
      double healthyShare = healthyShare(batch);
      state.gradient().zero_();
      torch.manual_seed(StepRandom.seed(settings.seed(), Purpose.DROPOUT, step, workers.rank()));
      for (int from = 0; from < share; from += settings.microBatch()) {
        int count = Math.min(settings.microBatch(), share - from);
        Tensor target = all.narrow(0, first + from, count);
        StepContext context =
            new StepContext(
                step,
                StepRandom.seed(settings.seed(), Purpose.ATTRIBUTION, step, first + from),
                healthyShare);
        accumulate(state, images, weight, from, count, share, target, context);
      }
      workers.sum(all);
      workers.averageGradients(List.of(state.gradient()));
      return new StepLosses(draw.timesteps(), draw.weights(), Tensors.values(all));
    }
  }

  private void accumulate(
      TrainingState state,
      NoisyImages images,
      Tensor weight,
      int from,
      int count,
      int share,
      Tensor into,
      StepContext context) {
    try (Scope scope = new Scope();
        Parameters compute = ComputeWeights.of(state.leaves(), settings.precision())) {
      Tensor losses = task.losses(compute, images.narrow(from, count), context);
      losses.mul(weight.narrow(0, from, count)).sum().div(new Scalar(share)).backward();
      try (NoGradGuard noGrad = new NoGradGuard()) {
        into.copy_(losses);
      }
    }
  }

  /** Among the images of all processes. */
  private double healthyShare(Batch batch) {
    long healthy = Arrays.stream(batch.labels()).filter(label -> label == 0).count();
    Tensor count = torch.full(new long[] {1}, new Scalar((float) healthy));
    workers.sum(count);
    return count.item_double() / settings.batch();
  }

  private SplittableRandom random(Purpose purpose, long step) {
    return StepRandom.of(settings.seed(), purpose, step);
  }

  private NoisyImages images(
      Batch batch, BatchSource shape, TimestepSampler.Draw draw, long step, int first) {
    int share = batch.size();
    int side = shape.imageSize();
    long[] size = {share, shape.channels(), side, side};
    Tensor x0 = Tensors.of(new float[][] {batch.images()}, 0, 1, size);
    size[0] = settings.batch();
    Tensor noise =
        StepRandom.normal(StepRandom.seed(settings.seed(), Purpose.NOISE, step), size)
            .narrow(0, first, share);
    long[] timesteps =
        Arrays.stream(draw.timesteps(), first, first + share).asLongStream().toArray();
    double[] luck = random(Purpose.LABELS, step).doubles(settings.batch()).toArray();
    long[] labels = new long[share];
    for (int n = 0; n < share; n++) {
      boolean withheld = luck[first + n] < settings.labelDropout();
      labels[n] = withheld ? NoisyImages.NO_LABEL : batch.labels()[n];
    }
    return new NoisyImages(
        ordered(x0), torch.tensor(labels), torch.tensor(timesteps), ordered(noise));
  }

  private Tensor ordered(Tensor images) {
    return settings.channelsLast() ? images.contiguous(MemoryFormat.ChannelsLast) : images;
  }
}
