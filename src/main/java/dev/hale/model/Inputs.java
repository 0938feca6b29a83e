package dev.hale.model;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;

/** What a network demands of its input, said before LibTorch would say it less clearly. */
final class Inputs {
  private Inputs() {}

  /** Classes for every image; their range is looked at where that does not wait for a GPU. */
  static void checkLabels(int numClasses, Tensor x, Tensor labels) {
    if ((labels == null) != (numClasses == 0)) {
      throw new IllegalArgumentException(
          labels == null
              ? "labels missing: model is conditioned on %d classes".formatted(numClasses)
              : "labels given, but the model is not class-conditional");
    }
    if (labels == null) {
      return;
    }
    if (labels.dim() != 1 || labels.size(0) != x.size(0)) {
      throw new IllegalArgumentException(
          "labels differ: %d images, %d labels".formatted(x.size(0), labels.numel()));
    }
    if (labels.is_cpu() && labels.numel() > 0) {
      long least = labels.min().item_long();
      long most = labels.max().item_long();
      if (least < 0 || most >= numClasses) {
        throw new IllegalArgumentException(
            "label %d outside the model's classes 0 … %d"
                .formatted(least < 0 ? least : most, numClasses - 1));
      }
    }
  }

  /** Images of exactly this many channels and this size. */
  static void checkSize(int channels, int side, Tensor x) {
    if (x.dim() != 4 || x.size(1) != channels || x.size(2) != side || x.size(3) != side) {
      throw new IllegalArgumentException(
          "image shapes differ: model expects [N, %d, %d, %d], input has %s"
              .formatted(channels, side, side, Arrays.toString(x.shape())));
    }
  }

  static void check(Backbone backbone, Tensor x, Tensor timesteps) {
    if (x.dim() != 4 || x.size(1) != backbone.inChannels()) {
      throw new IllegalArgumentException(
          "channels differ: model expects [N, %d, H, W], input has %d dimensions and %d channels"
              .formatted(backbone.inChannels(), x.dim(), x.dim() > 1 ? x.size(1) : 0));
    }
    int stride = backbone.totalStride();
    if (x.size(2) % stride != 0 || x.size(3) % stride != 0) {
      throw new IllegalArgumentException(
          "image of %d×%d does not divide by the model's total stride %d"
              .formatted(x.size(2), x.size(3), stride));
    }
    if (timesteps.dim() != 1 || timesteps.size(0) != x.size(0)) {
      throw new IllegalArgumentException(
          "timesteps differ: %d images, %d timesteps".formatted(x.size(0), timesteps.numel()));
    }
  }
}
