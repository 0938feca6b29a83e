package dev.hale.detection.method;

import dev.hale.detection.method.SliceMethod.SliceBatch;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleConsumer;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Makes slices healthy: what a map marks is made new by the diffusion model, and where that leaves
 * something behind, once more with it. A slice in which nothing is marked stays as it is, bit for
 * bit.
 */
final class Healer {
  /** Looks at healed slices. */
  interface Critique {
    /**
     * What of a slice is still to be made new.
     *
     * @param healed one slice; those around it are as they were
     * @param brain the slice's
     * @param marked the map that set the gate
     * @return a gate; null where the slice counts as healthy
     */
    Gate left(SliceBatch healed, byte[] brain, float[] marked);
  }

  /**
   * Slices made healthy.
   *
   * @param images {@code [N, C, S, S]}
   * @param spread how much the samples differ in the channels that count, {@code [N, S, S]}
   */
  record Healed(Tensor images, Tensor spread) {}

  private final DiffusionModel model;
  private final Regeneration regeneration;
  private final HealingSettings chain;
  private final GateLevels levels;
  private final Critique critique;
  private final AbsentChannels absent;
  private final int[] channels;

  /**
   * With a network; writes down how a lesion is made new.
   *
   * @param how with levels
   */
  Healer(DiffusionModel model, HealingPart how, Critique critique, ModelFolder folder) {
    this.model = model;
    this.chain = how.chain();
    this.levels = how.levels();
    this.regeneration = new Regeneration(model, chain, how.encodingLabel(), folder.kernels());
    this.critique = critique;
    this.absent = new AbsentChannels(model.preprocessing());
    this.channels = how.difference().channels(model.preprocessing().channels());
    folder.note("encodingLabel", how.encodingLabel());
    folder.note("difference", JsonNames.of(how.difference()));
    folder.note("regenerationNoiseLevel", chain.noiseLevel());
    folder.note("regenerationSteps", chain.steps());
    folder.note("regenerationCalls", chain.calls());
    folder.note("regenerationSamples", chain.samples());
    folder.note("regenerationRounds", chain.rounds());
    folder.note("gateSeed", levels.seed());
    folder.note("gateReach", levels.reach());
    folder.note("gateLevel", chain.gateLevel());
    folder.note("healthyPercentile", chain.healthyPercentile());
    folder.note("gateMargin", chain.margin());
  }

  /** How many slices on either side of one it looks at, too. */
  int context() {
    return model.context();
  }

  /**
   * Heals a batch. With the slices around, the same place is made new in them, too: what is healthy
   * is told by all together.
   *
   * @param marks the maps that set the gates, {@code [N, S, S]}
   * @param progress told the share of the batch that is done, in (0, 1]
   * @return owned by the enclosing scope
   */
  Healed heal(SliceBatch batch, Tensor marks, DoubleConsumer progress) {
    try (Scope scope = new Scope()) {
      float[][] marked = Tensors.rows(marks); // gates grow in Java
      byte[][] brains = Tensors.byteRows(batch.brains());
      Tensor[] healthy = new Tensor[batch.size()];
      Tensor[] spread = new Tensor[batch.size()];
      for (int n = 0; n < batch.size(); n++) {
        if (n < batch.distinct()) {
          Healing healing = heal(batch.only(n), brains[n], marked[n]);
          healthy[n] = healing.mean();
          spread[n] = healing.spread(channels);
        } else {
          healthy[n] = healthy[0];
          spread[n] = spread[0];
        }
        progress.accept((n + 1.0) / batch.size());
      }
      return new Healed(
          scope.keep(torch.cat(new TensorVector(healthy), 0)),
          scope.keep(torch.cat(new TensorVector(spread), 0)));
    }
  }

  private Healing heal(SliceBatch slice, byte[] brain, float[] marked) {
    Gate marks = Gate.grown(marked, brain, levels.seed(), levels.reach(), chain.margin());
    if (marks.isEmpty()) {
      return Healing.none(slice.images());
    }
    SplittableRandom random = new SplittableRandom(slice.seeds()[0]);
    try (Scope scope = new Scope();
        Span span = Trace.span("regenerate")) {
      Tensor x = model.stacked(slice);
      Tensor brains = slice.stackedBrains(model.context());
      Tensor epsilon = regeneration.encode(x);
      Healing healing = Healing.none(slice.images());
      Gate gate = marks.filled(brain);
      for (int round = 0; round < chain.rounds() && gate != null; round++) {
        Tensor inside = gate.on(x.device());
        Tensor fill = fill(x, brains, inside);
        long[] seeds = random.longs(chain.samples()).toArray();
        Tensor samples = regeneration.samples(x, epsilon, inside, fill, seeds);
        Tensor own = absent.asInImages(model.own(samples), slice.images());
        healing = Healing.of(slice.images(), inside, own);
        gate = round + 1 < chain.rounds() ? widened(gate, healing, slice, brain, marked) : null;
      }
      return new Healing(scope.keep(healing.mean()), scope.keep(healing.deviation()));
    }
  }

  /** The gate with what is left; null where nothing is, or nothing joins. */
  private Gate widened(Gate gate, Healing healing, SliceBatch slice, byte[] brain, float[] marked) {
    Gate left = critique.left(slice.changed(healing.mean()), brain, marked);
    if (left == null) {
      return null;
    }
    Gate wider = gate.or(left);
    return Arrays.equals(wider.inside(), gate.inside()) ? null : wider;
  }

  /**
   * The mean of each slice's brain outside of the gate, a channel each; of all of it where nothing
   * is.
   *
   * @param x as the network takes it, {@code [1, K C, S, S]} of K slices
   * @param brains of these slices, {@code [1, K, S, S]}
   * @return {@code [1, K C, 1, 1]}
   */
  private static Tensor fill(Tensor x, Tensor brains, Tensor inside) {
    long[] plane = {2, 3};
    Tensor all = brains.to(ScalarType.Double);
    Tensor outside = all.mul(inside.eq(new Scalar(0)));
    Tensor any = outside.sum(plane, true, new ScalarTypeOptional()).gt(new Scalar(0));
    Tensor counted =
        torch
            .where(any, outside, all)
            .repeat_interleave(x.size(1) / brains.size(1), new LongOptional(1), new LongOptional());
    return x.to(ScalarType.Double)
        .mul(counted)
        .sum(plane, true, new ScalarTypeOptional())
        .div(counted.sum(plane, true, new ScalarTypeOptional()))
        .to(ScalarType.Float);
  }
}
