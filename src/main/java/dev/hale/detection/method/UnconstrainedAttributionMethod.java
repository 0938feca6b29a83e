package dev.hale.detection.method;

/** Attribution of a critic without the constraint, to see what that does. */
public final class UnconstrainedAttributionMethod extends CriticMethod {
  /** Of the model folder's unconstrained critic. */
  public UnconstrainedAttributionMethod() {
    super("unconstrained-critic");
  }

  @Override
  public String name() {
    return "attribution-unconstrained";
  }
}
