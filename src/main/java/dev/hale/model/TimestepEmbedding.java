package dev.hale.model;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Sinusoids of the timestep, then two linear layers: {@code [N] → [N, 4·channels]}. */
record TimestepEmbedding(int channels, Linear first, Linear second) {
  private static final double MAX_PERIOD = 10_000;

  static TimestepEmbedding of(ParameterSource source, int channels, int embeddingChannels) {
    return new TimestepEmbedding(
        channels,
        Linear.of(source.in("0"), channels, embeddingChannels),
        Linear.of(source.in("2"), embeddingChannels, embeddingChannels));
  }

  /**
   * Embeds timesteps.
   *
   * @param timesteps int64 or float {@code [N]}, in steps of the unrespaced chain
   */
  Tensor forward(Tensor timesteps) {
    int half = channels / 2;
    float[] frequencies = new float[half];
    for (int i = 0; i < half; i++) {
      frequencies[i] = (float) Math.exp(-Math.log(MAX_PERIOD) * i / half);
    }
    Tensor angles =
        timesteps
            .to(torch.ScalarType.Float)
            .unsqueeze(1)
            .mul(torch.tensor(frequencies).to(timesteps.device(), torch.ScalarType.Float));
    Tensor sinusoids = torch.cat(new TensorVector(angles.cos(), angles.sin()), 1);
    if (channels % 2 == 1) {
      sinusoids =
          torch.cat(new TensorVector(sinusoids, angles.narrow(1, 0, 1).mul(new Scalar(0.0))), 1);
    }
    Tensor hidden = torch.silu(first.forward(sinusoids.to(first.weight().scalar_type())));
    return second.forward(hidden);
  }
}
