package dev.hale.benchmarks;

import dev.hale.engine.Scope;
import dev.hale.model.Backbone;
import dev.hale.model.UNet;
import dev.hale.model.UNetConfig;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The U-Net of Wolleb et al. 2022 (256 × 256, 128 channels) with random weights, channels-last. */
final class PaperNetwork {
  private static final int SIDE = 256;
  private static final int CHANNELS = 4;

  private final UNet unet;
  private final Tensor x;
  private final Tensor timesteps = torch.full(new long[] {1}, new Scalar(200L));

  PaperNetwork() {
    torch.manual_seed(1);
    Backbone backbone =
        new Backbone(
            SIDE,
            CHANNELS,
            128,
            2,
            List.of(1.0, 1.0, 2.0, 2.0, 4.0, 4.0),
            List.of(16),
            1,
            0,
            false,
            false,
            false,
            0);
    UNetConfig config = new UNetConfig(backbone, 0, true);
    unet = new UNet(config, UNet.initialise(config).channelsLast());
    x = torch.randn(1, CHANNELS, SIDE, SIDE).contiguous(torch.MemoryFormat.ChannelsLast);
  }

  /** One call for one image. */
  void call() {
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      unet.forward(x, timesteps, null);
    }
  }
}
