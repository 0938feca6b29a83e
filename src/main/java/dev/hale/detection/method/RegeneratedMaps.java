package dev.hale.detection.method;

import dev.hale.engine.Device;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import dev.hale.scan.Preprocessing;
import java.util.SplittableRandom;
import java.util.function.DoubleConsumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The deeper form of the combination: the fused map of counterfactual and constrained attribution
 * says where, the diffusion model what would be there. What is left of it the critic says, whose
 * attribution then joins the gate. No mask is read for any of this.
 *
 * <p>The map is F^(1 − w) R^w of the fused map F and R = (f + d) / (f + k s), where d is the
 * difference between the image and the mean of its healthy images and s their spread: 1 where
 * nothing was made new.
 */
final class RegeneratedMaps implements SliceMethod {
  private static final double FUSED_SHARE = 0.5; // of a batch's time, about
  private static final double LEFT_SHARE = 0.5; // of the highest attribution that is left

  private final FusedMaps fused;
  private final CriticMap critic;
  private final Regeneration regeneration;
  private final RegenerationSettings settings;
  private final Difference difference;
  private final int[] channels;
  private final Device device;

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
    this.critic = critic;
    this.regeneration = regeneration;
    this.settings = settings;
    this.difference = settings.counterfactual().difference();
    this.channels = channels;
    this.device = model.options().device();
    note(model);
  }

  @Override
  public Preprocessing preprocessing() {
    return fused.preprocessing();
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
    float[][] fusion = fused.maps(batch, share -> progress.accept(FUSED_SHARE * share)).maps();
    int count = batch.size();
    Healing[] healings = new Healing[count];
    for (int n = 0; n < count; n++) {
      boolean copy = n > 0 && batch.images()[n] == batch.images()[0]; // a batch that is filled up
      healings[n] =
          copy && batch.seeds()[n] == batch.seeds()[0]
              ? healings[0]
              : heal(batch.images()[n], batch.brains()[n], fusion[n], batch.seeds()[n]);
      progress.accept(FUSED_SHARE + (1 - FUSED_SHARE) * (n + 1) / count);
    }
    return maps(batch, fusion, healings);
  }

  private SliceMaps maps(SliceBatch batch, float[][] fusion, Healing[] healings) {
    int count = batch.size();
    int size = preprocessing().imageSize();
    float[][] healthy = new float[count][];
    float[][] spread = new float[count][];
    float[][] changed = new float[count][];
    for (int n = 0; n < count; n++) {
      healthy[n] = healings[n].mean();
      spread[n] = healings[n].spread(channels, size * size);
      changed[n] = difference.map(batch.images()[n], healthy[n], batch.brains()[n], channels);
    }
    double smoothing = settings.counterfactual().smoothing();
    float[][] d = BrainMaps.blur(changed, batch.brains(), size, smoothing);
    float[][] s = BrainMaps.blur(spread, batch.brains(), size, smoothing);
    RegenerationSettings.Chain how = settings.chain();
    float[][] maps = new float[count][size * size];
    for (int n = 0; n < count; n++) {
      for (int p = 0; p < maps[n].length; p++) {
        double regenerated = (how.floor() + d[n][p]) / (how.floor() + how.spreadWeight() * s[n][p]);
        maps[n][p] =
            (float)
                (Math.pow(fusion[n][p], 1 - how.weight()) * Math.pow(regenerated, how.weight()));
      }
    }
    return new SliceMaps(maps, healthy, spread);
  }

  private Healing heal(float[] image, byte[] brain, float[] fusion, long seed) {
    RegenerationSettings.Chain chain = settings.chain();
    RegenerationSettings.Levels levels = settings.levels();
    Gate gate = Gate.grown(fusion, brain, levels.seed(), levels.reach(), chain.margin());
    if (gate.isEmpty()) {
      return Healing.none(image);
    }
    int size = preprocessing().imageSize();
    SplittableRandom random = new SplittableRandom(seed);
    try (Scope scope = new Scope();
        Span span = Trace.span("regenerate")) {
      Tensor x =
          DiffusionModel.images(
              Tensors.of(new float[][] {image}, 0, 1, 1, image.length / (size * size), size, size)
                  .to(device.torch(), ScalarType.Float));
      Tensor epsilon = regeneration.encode(x);
      Healing healing = Healing.none(image);
      for (int round = 0; round < chain.rounds() && gate != null; round++) {
        float[] fill = fill(image, brain, gate);
        long[] seeds = random.longs(chain.samples()).toArray();
        healing = Healing.of(image, gate, regeneration.samples(x, epsilon, gate, fill, seeds));
        gate = round + 1 < chain.rounds() ? widened(gate, healing, brain, seed) : null;
      }
      return healing;
    }
  }

  /** The gate with what the critic still calls diseased; null where it says healthy. */
  private Gate widened(Gate gate, Healing healing, byte[] brain, long seed) {
    if (critic.logit(healing.mean()) <= settings.levels().verdict()) {
      return null;
    }
    byte[][] brains = {brain};
    SliceBatch left = new SliceBatch(new float[][] {healing.mean()}, brains, new long[] {seed});
    float[] map =
        BrainMaps.blur(
            critic.maps(left, share -> {}).maps(),
            brains,
            gate.size(),
            settings.attribution().smoothing())[0];
    float highest = 0;
    for (float value : map) {
      highest = Math.max(highest, value);
    }
    double half = LEFT_SHARE * highest;
    return highest > 0
        ? gate.or(Gate.grown(map, brain, half, half, settings.chain().margin()))
        : null;
  }

  /** The mean of the brain outside of the gate, a channel each; of all of it where nothing is. */
  private static float[] fill(float[] image, byte[] brain, Gate gate) {
    int pixels = brain.length;
    float[] fill = new float[image.length / pixels];
    for (int c = 0; c < fill.length; c++) {
      double[] sum = new double[2];
      int[] count = new int[2];
      for (int p = 0; p < pixels; p++) {
        if (brain[p] != 0) {
          int where = gate.has(p) ? 1 : 0;
          sum[where] += image[c * pixels + p];
          count[where]++;
        }
      }
      int where = count[0] > 0 ? 0 : 1;
      fill[c] = (float) (sum[where] / count[where]);
    }
    return fill;
  }
}
