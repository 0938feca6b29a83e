package dev.hale.diffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.Device;
import dev.hale.engine.kernels.Kernels;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every sampler, and how one is found. */
class SamplersTest {
  private static final Sampling PLAIN =
      Sampling.of(Kernels.of(Device.CPU), Prediction.EPSILON).withNoise(0, NoiseSource.SHARED);

  private static List<ChainStep> down() {
    NoiseSchedule schedule = NoiseSchedule.linear(1000);
    return new DiffusionChain(schedule, TimestepSpacing.upTo(300, 6)).decoding(6);
  }

  private static IllegalArgumentException refused(Sampler sampler, Sampling how) {
    return assertThrows(IllegalArgumentException.class, () -> sampler.require(how));
  }

  @Test
  void eachIsFoundByItsName() {
    assertEquals(List.of("ddim", "sparse-ddim", "ddpm"), Samplers.names());
    for (String name : Samplers.names()) {
      assertEquals(name, Samplers.named(name).name());
    }
    assertSame(DdimSampler.class, Samplers.named("ddim").getClass());
    assertEquals(
        "unknown sampler heun; there are ddim, sparse-ddim, ddpm",
        assertThrows(IllegalArgumentException.class, () -> Samplers.named("heun")).getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddim", "sparse-ddim", "ddpm"})
  void theImageThatComesInStaysAndOneOfItsShapeComesOut(String name) {
    Tensor x = torch.randn(2, 3, 4, 5);
    Tensor before = x.clone();
    Tensor made =
        Samplers.named(name)
            .sample(Analytic.gaussian(NoiseSchedule.linear(1000), 0.1, 0.5), x, down(), PLAIN);
    assertTrue(before.equal(x));
    for (int axis = 0; axis < 4; axis++) {
      assertEquals(x.size(axis), made.size(axis));
    }
  }

  @Test
  void whatASamplerCannotHeedItRefuses() {
    assertEquals(
        "ddim calls the network in every step; leave out calls",
        refused(DdimSampler.DDIM, PLAIN.withCalls(3)).getMessage());
    assertEquals(
        "ddpm calls the network in every step; leave out calls",
        refused(DdpmSampler.DDPM, PLAIN.withCalls(3)).getMessage());
    assertEquals(
        "ddpm has noise of its own; leave out eta",
        refused(DdpmSampler.DDPM, PLAIN.withNoise(1, NoiseSource.SHARED)).getMessage());
    assertEquals(
        "ddpm takes noise, but its source is null",
        refused(DdpmSampler.DDPM, PLAIN.withNoise(0, null)).getMessage());
    String sparse = "sparse-ddim takes no clamping, no noise (eta) and no composition; ddim does";
    assertEquals(
        sparse, refused(SparseDdimSampler.SPARSE_DDIM, PLAIN.withClamp(true)).getMessage());
    assertEquals(
        sparse,
        refused(SparseDdimSampler.SPARSE_DDIM, PLAIN.withNoise(0.5, NoiseSource.SHARED))
            .getMessage());
  }

  @Test
  void ancestralStepsDoNotGoUp() {
    List<ChainStep> up =
        new DiffusionChain(NoiseSchedule.linear(1000), TimestepSpacing.upTo(300, 6)).encoding(6);
    assertEquals(
        "ddpm goes down only, from noise to image",
        assertThrows(IllegalArgumentException.class, () -> DdpmSampler.DDPM.step(up.get(1), PLAIN))
            .getMessage());
  }
}
