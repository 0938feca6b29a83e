package dev.hale.cli;

import dev.hale.detection.method.DetectionMethod;
import dev.hale.detection.method.Methods;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a method's name. */
final class MethodName implements ITypeConverter<DetectionMethod<?>> {
  @Override
  public DetectionMethod<?> convert(String name) {
    try {
      return Methods.named(name);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  /** For help and completion. */
  static final class Candidates implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Methods.names().iterator();
    }
  }
}
