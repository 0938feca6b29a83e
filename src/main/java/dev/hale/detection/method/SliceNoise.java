package dev.hale.detection.method;

import dev.hale.diffusion.NoiseSource;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Standard normal noise, drawn for each image of a batch from a generator of its own: so a slice
 * gets the same noise whatever else is in its batch, and threads do not share any.
 */
final class SliceNoise implements NoiseSource {
  private final Generator[] generators;

  SliceNoise(long[] seeds) {
    generators = new Generator[seeds.length];
    for (int n = 0; n < seeds.length; n++) {
      generators[n] = torch.createCPUGenerator(seeds[n]);
    }
  }

  @Override
  public Tensor like(Tensor x) {
    long[] shape = x.sizes().vec().get();
    Tensor[] images = new Tensor[generators.length];
    for (int n = 0; n < images.length; n++) {
      images[n] =
          torch.randn(
              new long[] {shape[1], shape[2], shape[3]}, new GeneratorOptional(generators[n]));
    }
    return torch.stack(new TensorVector(images)).to(x.device(), torch.ScalarType.Float);
  }
}
