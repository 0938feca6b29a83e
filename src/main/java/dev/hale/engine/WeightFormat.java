package dev.hale.engine;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

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

  /**
   * The format of that name: {@code f32}, {@code f16} or {@code bf16}.
   *
   * @throws CheckpointException if there is none
   */
  public static WeightFormat parse(String name) {
    return Arrays.stream(values())
        .filter(format -> format.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new CheckpointException(
                    "unknown number format \"%s\": expected one of %s"
                        .formatted(
                            name,
                            Arrays.stream(values())
                                .map(WeightFormat::toString)
                                .collect(Collectors.joining(", ")))));
  }

  ElementType type() {
    return type;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
