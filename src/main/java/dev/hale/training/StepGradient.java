package dev.hale.training;

import dev.hale.data.prepared.Batch;
import dev.hale.data.prepared.BatchSource;
import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.model.CutGraph;
import dev.hale.model.TrainingPass;
import dev.hale.training.AdversarialTask.Losses;
import dev.hale.training.StepRandom.Purpose;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/**
 * The gradient of a step's loss. Timesteps, noise and withheld labels are drawn for the batch of
 * all processes, so that several compute together what one would; the images are moved here to the
 * device of the state.
 */
record StepGradient(Task task, TrainingSettings settings, Processes processes) {

  /**
   * Leaves the gradient of the mean loss over all processes in the state; an opponent takes its
   * steps before.
   *
   * @param batch this process's part
   * @param shape who the batch comes from
   */
  StepLosses compute(TrainingState state, GradientParts parts, Batch batch, BatchSource shape) {
    long step = state.step();
    int share = settings.batch() / processes.size();
    if (batch.step() != step || batch.size() != share) {
      throw new TrainingException(
          "expected %d images of step %d, the data has %d of step %d"
              .formatted(share, step, batch.size(), batch.step()));
    }
    TimestepSampler.Draw draw =
        state.sampler().draw(settings.batch(), random(Purpose.TIMESTEPS, step));
    try (Scope scope = new Scope()) {
      int first = processes.rank() * share;
      NoisyImages images = images(batch, shape, draw, step, first).to(state.device());
      float[] weights = new float[share];
      for (int n = 0; n < share; n++) {
        weights[n] = (float) draw.weights()[first + n];
      }
      double healthyShare = healthyShare(batch);
      Share mine = new Share(images, torch.tensor(weights).to(state.gradient()), share);
      if (task instanceof AdversarialTask adversarial) {
        return new AdversarialStep(adversarial, settings, this).compute(state, parts, mine, draw);
      }
      state.gradient().zero_();
      float[] losses =
          gather(
              state,
              parts,
              state.network(),
              mine,
              (compute, some, from, cuts) -> {
                long seed =
                    StepRandom.seed(settings.seed(), Purpose.ATTRIBUTION, step, first + from);
                TrainingPass pass = new TrainingPass(cuts, dropout(state, step, first + from));
                Tensor values =
                    task.losses(compute, some, new StepContext(step, seed, healthyShare, pass));
                return new Losses(values, values);
              });
      return new StepLosses(draw.timesteps(), draw.weights(), losses, Double.NaN);
    }
  }

  /** What is minimised. */
  interface Objective {
    /**
     * The losses of some images.
     *
     * @param from position of the first among this process's
     * @param cuts by which they will be differentiated
     */
    Losses of(Parameters weights, NoisyImages images, int from, CutGraph cuts);
  }

  /**
   * Images of this process.
   *
   * @param weight what the loss of each counts
   * @param count how many there are, as in every other process
   */
  record Share(NoisyImages images, Tensor weight, int count) {
    /** The images {@code first}, {@code first + stride}, …. */
    Share every(int first, int stride) {
      return new Share(
          images.every(first, stride), NoisyImages.every(weight, first, stride), count / stride);
    }
  }

  /**
   * Adds the gradient of the mean over all processes to the state's.
   *
   * @param learner whose gradient the processes average
   * @return the losses to report of all processes' images
   */
  float[] gather(
      TrainingState state, GradientParts parts, Learner learner, Share share, Objective objective) {
    Tensor all = torch.zeros((long) share.count() * processes.size()).to(state.gradient());
    Tensor mine = all.narrow(0, (long) processes.rank() * share.count(), share.count());
    int size = settings.microBatch();
    try (Parameters weights = ComputeWeights.of(state.parameters(), settings.precision())) {
      parts.add(
          (share.count() + size - 1) / size,
          weights,
          (part, leaves) -> {
            int from = part * size;
            int count = Math.min(size, share.count() - from);
            differentiate(leaves, share, from, count, objective, mine);
          });
    }
    processes.sum(all);
    processes.averageGradients(List.of(learner.gradient()));
    return Tensors.values(all);
  }

  private static void differentiate(
      Parameters leaves, Share share, int from, int count, Objective objective, Tensor into) {
    try (Scope scope = new Scope()) {
      CutGraph cuts = new CutGraph();
      Losses losses = objective.of(leaves, share.images().narrow(from, count), from, cuts);
      cuts.backward(
          losses
              .minimised()
              .mul(share.weight().narrow(0, from, count))
              .sum()
              .div(new Scalar(share.count())));
      try (NoGradGuard noGrad = new NoGradGuard()) {
        into.narrow(0, from, count).copy_(losses.reported());
      }
    }
  }

  /**
   * What draws the masks of dropout for images of a step, from a position on: on a CPU by that
   * alone, whoever computes them and beside whom.
   */
  private GeneratorOptional dropout(TrainingState state, long step, int position) {
    long seed = StepRandom.seed(settings.seed(), Purpose.DROPOUT, step, position);
    if (state.gradient().is_cpu()) {
      return new GeneratorOptional(torch.createCPUGenerator(seed));
    }
    torch.manual_seed(seed);
    return new GeneratorOptional();
  }

  /** Among the images of all processes. */
  private double healthyShare(Batch batch) {
    long healthy = Arrays.stream(batch.labels()).filter(label -> label == 0).count();
    Tensor count = torch.full(new long[] {1}, new Scalar((float) healthy));
    processes.sum(count);
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
    return task.channelsLast() ? images.contiguous(MemoryFormat.ChannelsLast) : images;
  }
}
