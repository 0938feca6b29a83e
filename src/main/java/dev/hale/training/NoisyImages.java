package dev.hale.training;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Clean images and what noise is to be put on them. N is the number of images.
 *
 * @param x0 clean images {@code [N, C, S, S]} float32 in [-1, 1]
 * @param labels {@code [N]} int64: 0 healthy, 1 diseased, {@link #NO_LABEL} where it is withheld
 * @param timesteps {@code [N]} int64
 * @param noise standard normal, like {@code x0}
 */
public record NoisyImages(Tensor x0, Tensor labels, Tensor timesteps, Tensor noise) {
  /** The label of an image whose label the network is not to see. */
  public static final int NO_LABEL = -1;

  /** The images {@code first}, {@code first + stride}, …, sharing their memory. */
  NoisyImages every(int first, int stride) {
    return new NoisyImages(
        every(x0, first, stride),
        every(labels, first, stride),
        every(timesteps, first, stride),
        every(noise, first, stride));
  }

  /** The rows {@code first}, {@code first + stride}, …, sharing their memory. */
  static Tensor every(Tensor rows, int first, int stride) {
    return rows.slice(0, new LongOptional(first), new LongOptional(rows.size(0)), stride);
  }

  /** The images on that device, sharing memory where they are there already. */
  NoisyImages to(Device device) {
    return new NoisyImages(
        x0.to(device, x0.scalar_type()),
        labels.to(device, labels.scalar_type()),
        timesteps.to(device, timesteps.scalar_type()),
        noise.to(device, noise.scalar_type()));
  }

  /** Some of the images, sharing their memory. */
  NoisyImages narrow(int from, int count) {
    return new NoisyImages(
        x0.narrow(0, from, count),
        labels.narrow(0, from, count),
        timesteps.narrow(0, from, count),
        noise.narrow(0, from, count));
  }
}
