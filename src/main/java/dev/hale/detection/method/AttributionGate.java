package dev.hale.detection.method;

import dev.hale.detection.method.SliceMethod.SliceBatch;
import dev.hale.diffusion.Denoiser;
import dev.hale.diffusion.Guidance;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Lets decoding be led towards healthy only where the constrained attribution of the clean image
 * says that there is something to heal. The gate is min(1, A / level) of the smoothed attribution
 * A; where it is 0 the network is told what it was told while encoding and the chain returns the
 * input.
 */
final class AttributionGate implements Steering {
  private final DiffusionModel model;
  private final Guidance guidance;
  private final CriticMap critic;
  private final GateSettings settings;

  /**
   * A gate.
   *
   * @param guidance null for none
   * @param settings with a gate level
   */
  AttributionGate(
      DiffusionModel model, Guidance guidance, CriticMap critic, GateSettings settings) {
    this.model = model;
    this.guidance = guidance;
    this.critic = critic;
    this.settings = settings;
  }

  @Override
  public Decoding of(Tensor x, SliceBatch batch) {
    Tensor gate = gate(batch);
    Denoiser unled = model.denoiser(x, settings.counterfactual().encodingLabel());
    Denoiser healthy = model.denoiser(x, DiffusionModel.HEALTHY);
    Guidance held = HeldGuidance.of(guidance, settings.counterfactual().guidanceEvery(), x);
    return new Decoding(
        Steering.blend(unled, healthy, gate, 1),
        held == null ? null : (image, timesteps) -> held.gradient(image, timesteps).mul(gate),
        null);
  }

  @Override
  public int context() {
    return critic.context();
  }

  /** {@code [N, 1, S, S]} in [0, 1]. */
  private Tensor gate(SliceBatch batch) {
    Tensor maps = critic.maps(batch, share -> {}).maps();
    return BrainMaps.blur(maps, batch.brains(), settings.attribution().smoothing())
        .unsqueeze(1)
        .div(new Scalar(settings.gateLevel()))
        .clamp_max(new Scalar(1));
  }
}
