package dev.hale.attribution;

import dev.hale.engine.kernels.AttributionPenalty;
import dev.hale.engine.kernels.AttributionPenalty.Cost;
import dev.hale.engine.kernels.Kernels;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Keeps the voxels of healthy images from speaking for disease (Wargnier-Dauchelle et al., IEEE TMI
 * 2023): the mean over their voxels of BCEWithLogits(k·A, 0) = softplus(k·A), or of another cost.
 * Several attributions are constrained alike, each counting the same.
 *
 * @param attributions A, at least one
 * @param penalty of a voxel's attribution
 * @param scale k, above 0. Attributions are small, about 1e-2 for images in [-1, 1], where softplus
 *     is nearly linear and hardly moves the network; k = 100 brings them to order 1. The paper's
 *     loss has k = 1
 */
public record AttributionConstraint(List<Attribution> attributions, Cost penalty, double scale) {
  public AttributionConstraint {
    attributions = List.copyOf(attributions);
    if (attributions.isEmpty()) {
      throw new IllegalArgumentException("there is no attribution to constrain");
    }
    if (!(scale > 0) || Double.isInfinite(scale)) {
      throw new IllegalArgumentException("scale is %s, expected a number above 0".formatted(scale));
    }
  }

  /**
   * The mean penalty over the voxels of each image, to be differentiated once by the score's
   * parameters.
   *
   * @param x healthy images {@code [N, C, H, W]} or volumes {@code [N, C, D, H, W]}
   * @param mask what broadcasts to {@code x} and is 1 on voxels that count and 0 on others; null
   *     where all count
   * @return {@code [N]}; 0 for an image without any voxel that counts
   */
  public Tensor penalties(Score score, Tensor x, Tensor mask) {
    Tensor sum = null;
    for (Attribution attribution : attributions) {
      Tensor signed = attribution.withGraph(score, x);
      Tensor mean =
          signed.scalar_type().intern() == ScalarType.Float
              ? fused(signed, mask)
              : mean(cost(signed), mask);
      sum = sum == null ? mean : sum.add(mean);
    }
    return sum.div(new Scalar((double) attributions.size()));
  }

  private Tensor cost(Tensor attribution) {
    Tensor scaled = attribution.mul(new Scalar(scale));
    return switch (penalty) {
      case SOFTPLUS -> torch.softplus(scaled);
      case ROSS -> scaled.square();
      case HINGE -> torch.relu(scaled);
    };
  }

  /**
   * One native pass gives the mean penalties P and their derivatives D by the attribution A. What
   * is returned has the value P and, being linear in A, the derivative D.
   */
  private Tensor fused(Tensor attribution, Tensor mask) {
    Tensor planes = planes(attribution);
    Tensor values = planes.detach();
    Tensor derivative = torch.empty_like(values);
    Tensor inside = mask == null ? null : planes(mask.to(values).expand_as(attribution));
    double[] means =
        Kernels.of(values.device().type())
            .constraint(values, inside, new AttributionPenalty(penalty, scale), derivative);
    Tensor linear = planes.mul(derivative).flatten(1, -1).sum(1);
    return linear.sub(linear.detach()).add(Tensor.create(means).to(values));
  }

  /** A volume as a plane of all its rows: the mean does not mind. */
  private static Tensor planes(Tensor x) {
    return x.dim() == 5 ? x.flatten(2, 3) : x;
  }

  private static Tensor mean(Tensor cost, Tensor mask) {
    if (mask == null) {
      return cost.flatten(1, -1).mean(1);
    }
    Tensor counts = mask.to(cost).expand_as(cost).flatten(1, -1);
    Tensor voxels = counts.sum(1).clamp_min(new Scalar(1.0));
    return cost.flatten(1, -1).mul(counts).sum(1).div(voxels);
  }

  /**
   * The constraint's loss of a batch: the mean penalty over the voxels of its healthy images.
   *
   * @param score takes any part of the batch
   * @param labels {@code [N]} int64, 0 for healthy; no other image is looked at
   * @param mask as above, {@code [N, …]}, or null
   * @return a scalar; 0 where no image is healthy
   */
  public Tensor loss(Score score, Tensor x, Tensor labels, Tensor mask) {
    Tensor healthy = healthy(labels);
    if (healthy.size(0) == 0) {
      return torch.zeros(new long[0]).to(x);
    }
    Tensor inside = mask == null ? null : mask.index_select(0, healthy);
    return penalties(score, x.index_select(0, healthy), inside).mean();
  }

  /** Where in a batch the healthy images are, {@code [M]} int64. */
  public static Tensor healthy(Tensor labels) {
    return labels.eq(new Scalar(0L)).nonzero().flatten(0, -1);
  }
}
