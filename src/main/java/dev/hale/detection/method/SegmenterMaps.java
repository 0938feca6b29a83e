package dev.hale.detection.method;

import dev.hale.detection.DetectorOptions;
import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import dev.hale.model.NetworkFile;
import dev.hale.model.UNet;
import dev.hale.model.UNetConfig;
import dev.hale.scan.Preprocessing;
import java.nio.file.Path;
import java.util.function.DoubleConsumer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * The probability that a pixel is marked, from one call of a U-Net.
 *
 * @param context how many slices below and above each the network sees as well
 */
record SegmenterMaps(UNet unet, Preprocessing preprocessing, int context, Parameters owned)
    implements SliceMethod, AutoCloseable {
  static SegmenterMaps read(Path file, DetectorOptions options) {
    try (NetworkFile read = NetworkFile.readSegmenter(file)) {
      UNetConfig network = read.section("network", UNetConfig.class);
      Preprocessing images = read.section("preprocessing", Preprocessing.class);
      int context = Stacks.context(file, network.backbone().inChannels(), images);
      Parameters weights =
          DiffusionModel.placeChannelsLast(
              read.parameters(), options.device(), options.precision());
      return new SegmenterMaps(new UNet(network, weights), images, context, weights);
    }
  }

  @Override
  public SliceMaps maps(SliceBatch batch, DoubleConsumer progress) {
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor x = DiffusionModel.channelsLast(batch.stacked(context));
      Tensor logits = unet.forward(x, DiffusionModel.everywhere(0, x), null).select(1, 0);
      progress.accept(1);
      Tensor maps = BrainMaps.inside(logits.sigmoid().contiguous(), batch.brains());
      return new SliceMaps(scope.keep(maps), null);
    }
  }

  @Override
  public void close() {
    owned.close();
  }
}
