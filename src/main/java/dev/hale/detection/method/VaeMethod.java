package dev.hale.detection.method;

/** Reconstruction by a variational autoencoder of healthy images. */
public final class VaeMethod extends TranslationMethod {
  /** Of the model folder's autoencoder. */
  public VaeMethod() {
    super("vae", Translation::vae);
  }
}
