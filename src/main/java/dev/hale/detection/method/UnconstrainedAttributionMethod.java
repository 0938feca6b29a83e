package dev.hale.detection.method;

/** Attribution of a critic without the constraint, to see what that does. */
public final class UnconstrainedAttributionMethod extends CriticMethod {
  static final String CRITIC = "unconstrained-critic";

  /** Of the model folder's unconstrained critic. */
  public UnconstrainedAttributionMethod() {
    super(CRITIC);
  }

  @Override
  public String name() {
    return "attribution-unconstrained";
  }
}
