package dev.hale.app.sample;

import dev.hale.detection.DetectionProgress;
import dev.hale.detection.method.ImageSampler;
import dev.hale.detection.method.ImageSampler.Chain;
import java.util.List;

/** What images are made of. */
public sealed interface SampleSource {
  /** The slices that it takes; where there are none, it starts from noise alone. */
  default List<ScanSlice> slices() {
    return List.of();
  }

  /** Whether its images lead from one to another, so that it needs two of them, and no noise. */
  default boolean isWay() {
    return false;
  }

  /**
   * Makes images.
   *
   * @param slices its own as the model sees them, in their order
   * @param seeds one an image; a way has as many images and does not look at them
   * @return {@code [N][C * S * S]}
   */
  float[][] images(
      ImageSampler sampler,
      List<float[]> slices,
      long[] seeds,
      Chain chain,
      DetectionProgress progress);

  /** Noise of each seed. */
  record Noise() implements SampleSource {
    @Override
    public float[][] images(
        ImageSampler sampler,
        List<float[]> slices,
        long[] seeds,
        Chain chain,
        DetectionProgress progress) {
      return sampler.ofNoise(seeds, chain, progress);
    }
  }

  /** A slice, noised by each seed. */
  record Noised(ScanSlice slice) implements SampleSource {
    @Override
    public List<ScanSlice> slices() {
      return List.of(slice);
    }

    @Override
    public float[][] images(
        ImageSampler sampler,
        List<float[]> slices,
        long[] seeds,
        Chain chain,
        DetectionProgress progress) {
      return sampler.ofNoised(slices.get(0), seeds, chain, progress);
    }
  }

  /** The way from one seed's noise to another's. */
  record BetweenSeeds(long from, long to) implements SampleSource {
    @Override
    public boolean isWay() {
      return true;
    }

    @Override
    public float[][] images(
        ImageSampler sampler,
        List<float[]> slices,
        long[] seeds,
        Chain chain,
        DetectionProgress progress) {
      return sampler.between(from, to, seeds.length, chain, progress);
    }
  }

  /** The way from one slice to another, both encoded to noise. */
  record BetweenScans(ScanSlice from, ScanSlice to) implements SampleSource {
    @Override
    public List<ScanSlice> slices() {
      return List.of(from, to);
    }

    @Override
    public boolean isWay() {
      return true;
    }

    @Override
    public float[][] images(
        ImageSampler sampler,
        List<float[]> slices,
        long[] seeds,
        Chain chain,
        DetectionProgress progress) {
      return sampler.between(slices.get(0), slices.get(1), seeds.length, chain, progress);
    }
  }
}
