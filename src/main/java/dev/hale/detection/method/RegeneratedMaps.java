package dev.hale.detection.method;

import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import dev.hale.scan.Preprocessing;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleConsumer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The deeper form of the combination: the fused map of counterfactual and constrained attribution
 * says where, the diffusion model what would be there. What is left of it the critic says, whose
 * attribution then joins the gate. No mask is read for any of this. Brightness has no say in the
 * gate, for a lesion may have a dark core, only in the map.
 *
 * <p>The map is F^(1 − w) R^w of the fused map F and R = (f + d) / (f + k s), where d is the
 * difference between the image and the mean of its healthy images and s their spread: 1 where
 * nothing was made new.
 */
final class RegeneratedMaps implements SliceMethod {
  private static final double FUSED_SHARE = 0.5; // of a batch's time, about
  private static final double LEFT_SHARE = 0.5; // of the highest attribution that is left

  private final FusedMaps fused;
  private final AbsentChannels absent;
  private final CriticMap critic;
  private final Regeneration regeneration;
  private final RegenerationSettings settings;
  private final Difference difference;
  private final int[] channels;

  /**
   * Of what they share; writes down how a lesion is made new.
   *
   * @param settings with levels
   * @param channels of the difference
   */
  RegeneratedMaps(
      FusedMaps fused,
      CriticMap critic,
      Regeneration regeneration,
      RegenerationSettings settings,
      int[] channels,
      ModelFolder model) {
    this.fused = fused;
    absent = new AbsentChannels(fused.preprocessing());
    this.critic = critic;
    this.regeneration = regeneration;
    this.settings = settings;
    this.difference = settings.counterfactual().difference();
    this.channels = channels;
    note(model);
  }

  @Override
  public Preprocessing preprocessing() {
    return fused.preprocessing();
  }

  @Override
  public int context() {
    return fused.context();
  }

  private void note(ModelFolder model) {
    RegenerationSettings.Chain chain = settings.chain();
    RegenerationSettings.Levels levels = settings.levels();
    model.note("regenerationNoiseLevel", chain.noiseLevel());
    model.note("regenerationSteps", chain.steps());
    model.note("regenerationCalls", chain.calls());
    model.note("regenerationSamples", chain.samples());
    model.note("regenerationRounds", chain.rounds());
    model.note("gateSeed", levels.seed());
    model.note("gateReach", levels.reach());
    model.note("gateLevel", chain.gateLevel());
    model.note("healthyPercentile", chain.healthyPercentile());
    model.note("gateMargin", chain.margin());
    model.note("criticVerdict", levels.verdict());
    model.note("regenerationWeight", chain.weight());
    model.note("regenerationFloor", chain.floor());
    model.note("spreadWeight", chain.spreadWeight());
  }

  @Override
  public SliceMaps maps(SliceBatch batch, DoubleConsumer progress) {
    try (Scope scope = new Scope()) {
      Tensor fusion = fused.ofNetworks(batch, share -> progress.accept(FUSED_SHARE * share)).maps();
      float[][] marked = Tensors.rows(fusion); // gates grow in Java
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
        progress.accept(FUSED_SHARE + (1 - FUSED_SHARE) * (n + 1) / batch.size());
      }
      SliceMaps maps =
          maps(
              batch,
              fused.withBrightness(fusion, batch),
              torch.cat(new TensorVector(healthy), 0),
              torch.cat(new TensorVector(spread), 0));
      return new SliceMaps(
          scope.keep(maps.maps()), scope.keep(maps.healthy()), scope.keep(maps.uncertainty()));
    }
  }

  private SliceMaps maps(SliceBatch batch, Tensor fusion, Tensor healthy, Tensor spread) {
    double smoothing = settings.counterfactual().smoothing();
    Tensor changed = difference.maps(batch.images(), healthy, batch.brains(), channels);
    Tensor d = BrainMaps.blur(changed, batch.brains(), smoothing).to(ScalarType.Double);
    Tensor s = BrainMaps.blur(spread, batch.brains(), smoothing).to(ScalarType.Double);
    RegenerationSettings.Chain how = settings.chain();
    Scalar floor = new Scalar(how.floor());
    Tensor regenerated =
        d.add(floor, new Scalar(1))
            .div(s.mul(new Scalar(how.spreadWeight())).add(floor, new Scalar(1)));
    Tensor maps = BrainMaps.geometricMean(fusion, regenerated, how.weight());
    return new SliceMaps(maps, healthy, spread);
  }

  private Healing heal(SliceBatch slice, byte[] brain, float[] fusion) {
    RegenerationSettings.Chain chain = settings.chain();
    RegenerationSettings.Levels levels = settings.levels();
    Gate gate = Gate.grown(fusion, brain, levels.seed(), levels.reach(), chain.margin());
    if (gate.isEmpty()) {
      return Healing.none(slice.images());
    }
    SplittableRandom random = new SplittableRandom(slice.seeds()[0]);
    try (Scope scope = new Scope();
        Span span = Trace.span("regenerate")) {
      Tensor x = DiffusionModel.channelsLast(slice.images());
      Tensor epsilon = regeneration.encode(x);
      Healing healing = Healing.none(slice.images());
      for (int round = 0; round < chain.rounds() && gate != null; round++) {
        Tensor inside = gate.on(x.device());
        Tensor fill = fill(slice, inside);
        long[] seeds = random.longs(chain.samples()).toArray();
        Tensor samples = regeneration.samples(x, epsilon, inside, fill, seeds);
        healing = Healing.of(slice.images(), inside, absent.asInImages(samples, slice.images()));
        gate = round + 1 < chain.rounds() ? widened(gate, healing, slice, brain, fusion) : null;
      }
      return new Healing(scope.keep(healing.mean()), scope.keep(healing.deviation()));
    }
  }

  /**
   * The gate with what the critic still calls diseased, of all that the fusion marks: by itself a
   * critic may take ventricles for disease. The slices around, which are as they were, have no say
   * in this. Null where it says healthy, or nothing joins.
   */
  private Gate widened(Gate gate, Healing healing, SliceBatch slice, byte[] brain, float[] fusion) {
    SliceBatch left = slice.changed(healing.mean());
    if (critic.logit(left) <= settings.levels().verdict()) {
      return null;
    }
    float[] map =
        Tensors.values(
            BrainMaps.blur(critic.alone(left), slice.brains(), settings.attribution().smoothing()));
    float highest = 0;
    for (int v = 0; v < map.length; v++) {
      map[v] = fusion[v] > settings.levels().reach() ? map[v] : 0;
      highest = Math.max(highest, map[v]);
    }
    if (highest == 0) {
      return null;
    }
    double half = LEFT_SHARE * highest;
    Gate wider = gate.or(Gate.grown(map, brain, half, half, settings.chain().margin()));
    return Arrays.equals(wider.inside(), gate.inside()) ? null : wider;
  }

  /**
   * The mean of the brain outside of the gate, a channel each; of all of it where nothing is.
   *
   * @return {@code [1, C, 1, 1]}
   */
  private static Tensor fill(SliceBatch slice, Tensor inside) {
    Tensor brain = slice.brains().unsqueeze(1).to(ScalarType.Double);
    Tensor outside = brain.mul(inside.eq(new Scalar(0)));
    Tensor counted = outside.sum().item_double() > 0 ? outside : brain;
    long[] plane = {2, 3};
    return slice
        .images()
        .to(ScalarType.Double)
        .mul(counted)
        .sum(plane, true, new ScalarTypeOptional())
        .div(counted.sum())
        .to(ScalarType.Float);
  }
}
