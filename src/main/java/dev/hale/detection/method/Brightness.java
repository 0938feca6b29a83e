package dev.hale.detection.method;

import dev.hale.engine.CheckpointException;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * How much brighter a pixel is than most of its slice: v ÷ v₆₀ − 1, from 0 to ½, of one channel,
 * where v is the value above the darkest that the model sees and v₆₀ its 60th percentile over the
 * slice's brain. Lesions of FLAIR are brighter than healthy tissue, but so is other tissue: this
 * says little alone and much of what attribution and counterfactual both point at. Above ½ brighter
 * says no more: the fat of a head is brighter still. A lesion's core may be dark: holes of up to
 * {@value #HOLE} pixels to the next bright one, such as a ring of tumour has, are filled, by
 * closing by reconstruction (Vincent, IEEE Transactions on Image Processing 1993).
 */
final class Brightness {
  private static final double MOST = 0.6; // of a slice's brain is not bright
  private static final double ENOUGH = 0.5;
  private static final double LEAST = 1e-3; // of the values' range, to divide by
  private static final int HOLE = 8;
  private static final int STEPS = 16; // between looks at whether anything changes

  private final int channel;

  /**
   * Of a channel.
   *
   * @param channels of the images
   * @throws CheckpointException where it is not among them
   */
  Brightness(String channel, List<String> channels) {
    this.channel = channels.indexOf(channel);
    if (this.channel < 0) {
      throw new CheckpointException(
          "fusion with the brightness of %s needs that channel, the model has %s"
              .formatted(channel, String.join(", ", channels)));
    }
  }

  /**
   * The maps of images.
   *
   * @param images {@code [N, C, S, S]} float32 in [-1, 1]
   * @param brains {@code [N, S, S]} uint8, 0 or 1
   * @return {@code [N, S, S]} float32, at least 0, 0 outside the brain, owned by the enclosing
   *     scope
   */
  Tensor maps(Tensor images, Tensor brains) {
    try (Scope scope = new Scope()) {
      Tensor values =
          images.select(1, channel).to(ScalarType.Double).add(new Scalar(1)).div(new Scalar(2));
      Tensor outside = brains.eq(new Scalar(0));
      Tensor brain = values.masked_fill(outside, new Scalar(Double.NaN)).flatten(1, 2);
      Tensor most =
          brain
              .nanquantile(MOST, new LongOptional(1), true, "linear")
              .clamp_min(new Scalar(LEAST))
              .unsqueeze(2);
      Tensor excess =
          values
              .div(most)
              .sub(new Scalar(1))
              .clamp(new ScalarOptional(new Scalar(0)), new ScalarOptional(new Scalar(ENOUGH)));
      Tensor bright = excess.masked_fill(outside, new Scalar(0)).unsqueeze(1);
      Tensor edge = outside.unsqueeze(1);
      return scope.keep(filled(bright, edge, 0).squeeze(1).to(ScalarType.Float));
    }
  }

  /**
   * With its holes filled: each pixel is as bright as the darkest pixel on the brightest way from
   * it out of the brain, or to where nothing near is bright.
   *
   * @param bright {@code [N, 1, S, S]}, 0 outside
   * @param outside of the brain, {@code [N, 1, S, S]} bool
   * @param edge how bright all of that is taken to be: 0 where it is a way out, as bright as can be
   *     where it is a wall
   */
  static Tensor filled(Tensor bright, Tensor outside, double edge) {
    Tensor level =
        torch
            .max_pool2d(bright, pair(2 * HOLE + 1), pair(1), pair(HOLE), pair(1), false)
            .masked_fill(outside, new Scalar(edge));
    Tensor walled = bright.masked_fill(outside, new Scalar(edge));
    while (true) {
      try (Scope scope = new Scope()) {
        Tensor next = level;
        for (int step = 0; step < STEPS; step++) {
          next = next.minimum(walled.maximum(darkestBeside(next)));
        }
        if (next.equal(level)) {
          return level;
        }
        level = scope.keep(next);
      }
    }
  }

  /** Of the pixels above, below, left and right; 0 where one lies outside of the image. */
  private static Tensor darkestBeside(Tensor level) {
    long size = level.size(2);
    Tensor negative = torch.constant_pad_nd(level, 1, 1, 1, 1).neg();
    Tensor across =
        torch.max_pool2d(
            negative.narrow(2, 1, size), new long[] {1, 3}, pair(1), pair(0), pair(1), false);
    Tensor along =
        torch.max_pool2d(
            negative.narrow(3, 1, size), new long[] {3, 1}, pair(1), pair(0), pair(1), false);
    return across.maximum(along).neg();
  }

  private static long[] pair(long both) {
    return new long[] {both, both};
  }

  /**
   * The map of one image.
   *
   * @param image {@code [(c * S + j) * S + i]} in [-1, 1]
   * @param brain {@code [j * S + i]}, 0 or 1
   * @return {@code [j * S + i]}
   */
  float[] values(float[] image, byte[] brain) {
    int size = (int) Math.sqrt(brain.length);
    try (Scope scope = new Scope()) {
      Tensor x =
          Tensors.of(new float[][] {image}, 0, 1, 1, image.length / brain.length, size, size);
      return Tensors.values(maps(x, Tensors.ofBytes(new byte[][] {brain}, 1, size, size)));
    }
  }
}
