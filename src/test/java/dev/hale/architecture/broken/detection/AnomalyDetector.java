package dev.hale.architecture.broken.detection;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Breaks a rule on purpose: a tensor inside a list is a tensor. */
public final class AnomalyDetector {
  public List<Tensor> shown() {
    return List.of(hidden());
  }

  private Tensor hidden() {
    return new Tensor();
  }
}
