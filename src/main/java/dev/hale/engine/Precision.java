package dev.hale.engine;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The number format that networks compute in. */
public enum Precision {
  /** IEEE 754 single precision. */
  FLOAT32(ScalarType.Float),
  /** bfloat16: the range of float32 with 8 bits of significand; about twice as fast. */
  BF16(ScalarType.BFloat16);

  private final ScalarType scalarType;

  Precision(ScalarType scalarType) {
    this.scalarType = scalarType;
  }

  /**
   * The precision of that name, as {@link #toString} writes it.
   *
   * @throws DeviceException if there is none
   */
  public static Precision parse(String name) {
    for (Precision precision : values()) {
      if (precision.toString().equals(name)) {
        return precision;
      }
    }
    throw new DeviceException(
        "unknown precision \"%s\": expected one of %s"
            .formatted(
                name,
                Arrays.stream(values())
                    .map(Precision::toString)
                    .collect(Collectors.joining(", "))));
  }

  /** LibTorch's name for it. */
  public ScalarType scalarType() {
    return scalarType;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
