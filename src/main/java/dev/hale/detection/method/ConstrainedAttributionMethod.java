package dev.hale.detection.method;

/** Attribution of a critic constrained on healthy images (Wargnier-Dauchelle et al. 2023). */
public final class ConstrainedAttributionMethod extends CriticMethod {
  static final String CRITIC = "critic";

  /** Of the model folder's critic. */
  public ConstrainedAttributionMethod() {
    super(CRITIC);
  }

  @Override
  public String name() {
    return "attribution";
  }
}
