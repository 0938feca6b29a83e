package dev.hale.detection.method;

/** Translation to healthy by a Fixed-Point GAN (Siddiquee et al., ICCV 2019). */
public final class FixedPointGanMethod extends TranslationMethod {
  /** Of the model folder's generator. */
  public FixedPointGanMethod() {
    super("fixed-point-gan", Translation::fixedPointGan);
  }
}
