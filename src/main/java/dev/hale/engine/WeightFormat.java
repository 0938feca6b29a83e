package dev.hale.engine;

import java.util.Locale;

/** The number format that a model file stores its floating-point tensors in. */
public enum WeightFormat {
  /** IEEE 754 single precision. */
  F32(ElementType.F32),
  /** IEEE 754 half precision: magnitudes up to 65504. */
  F16(ElementType.F16),
  /** bfloat16: the range of float32 with 8 bits of significand. */
  BF16(ElementType.BF16);

  private final ElementType type;

  WeightFormat(ElementType type) {
    this.type = type;
  }

  ElementType type() {
    return type;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
