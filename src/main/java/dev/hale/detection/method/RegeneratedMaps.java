package dev.hale.detection.method;

import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.scan.Preprocessing;
import java.util.function.DoubleConsumer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
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
  private final CriticMap critic;
  private final Healer healer;
  private final RegenerationSettings settings;
  private final Difference difference;
  private final int[] channels;

  /**
   * Of what they share.
   *
   * @param settings with levels
   */
  RegeneratedMaps(
      FusedMaps fused,
      CriticMap critic,
      DiffusionModel model,
      RegenerationSettings settings,
      ModelFolder folder) {
    this.fused = fused;
    this.critic = critic;
    this.settings = settings;
    CounterfactualSettings shared = settings.counterfactual();
    difference = shared.difference();
    channels = difference.channels(model.preprocessing().channels());
    RegenerationSettings.Chain chain = settings.chain();
    RegenerationSettings.Levels levels = settings.levels();
    healer =
        new Healer(
            model,
            new HealingPart(chain.healing(), shared.encodingLabel(), difference, levels.gate()),
            this::left,
            folder);
    folder.note("criticVerdict", levels.verdict());
    folder.note("regenerationWeight", chain.weight());
    folder.note("regenerationFloor", chain.floor());
    folder.note("spreadWeight", chain.spreadWeight());
  }

  @Override
  public Preprocessing preprocessing() {
    return fused.preprocessing();
  }

  @Override
  public int context() {
    return fused.context();
  }

  @Override
  public SliceMaps maps(SliceBatch batch, DoubleConsumer progress) {
    try (Scope scope = new Scope()) {
      Tensor fusion = fused.ofNetworks(batch, share -> progress.accept(FUSED_SHARE * share)).maps();
      Healer.Healed healed =
          healer.heal(
              batch, fusion, share -> progress.accept(FUSED_SHARE + (1 - FUSED_SHARE) * share));
      Tensor maps = maps(batch, fused.withBrightness(fusion, batch), healed);
      return new SliceMaps(
          scope.keep(maps), scope.keep(healed.images()), scope.keep(healed.spread()));
    }
  }

  private Tensor maps(SliceBatch batch, Tensor fusion, Healer.Healed healed) {
    double smoothing = settings.counterfactual().smoothing();
    Tensor changed = difference.maps(batch.images(), healed.images(), batch.brains(), channels);
    Tensor d = BrainMaps.blur(changed, batch.brains(), smoothing).to(ScalarType.Double);
    Tensor s = BrainMaps.blur(healed.spread(), batch.brains(), smoothing).to(ScalarType.Double);
    RegenerationSettings.Chain how = settings.chain();
    Scalar floor = new Scalar(how.floor());
    Tensor regenerated =
        d.add(floor, new Scalar(1))
            .div(s.mul(new Scalar(how.spreadWeight())).add(floor, new Scalar(1)));
    return BrainMaps.geometricMean(fusion, regenerated, how.weight());
  }

  /**
   * What the critic still calls diseased, of all that the fusion marks: by itself a critic may take
   * ventricles for disease.
   */
  private Gate left(SliceBatch healed, byte[] brain, float[] fusion) {
    RegenerationSettings.Levels levels = settings.levels();
    if (critic.logit(healed) <= levels.verdict()) {
      return null;
    }
    float[] map =
        Tensors.values(
            BrainMaps.blur(
                critic.alone(healed), healed.brains(), settings.attribution().smoothing()));
    float highest = 0;
    for (int v = 0; v < map.length; v++) {
      map[v] = fusion[v] > levels.reach() ? map[v] : 0;
      highest = Math.max(highest, map[v]);
    }
    if (highest == 0) {
      return null;
    }
    double half = LEFT_SHARE * highest;
    return Gate.grown(map, brain, half, half, settings.chain().margin());
  }
}
