package dev.hale.cli;

import dev.hale.app.train.CalibrationSearch;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads what a search tries, {@code KEY=VALUE,VALUE}. */
final class SearchAxis implements ITypeConverter<CalibrationSearch.Axis> {
  @Override
  public CalibrationSearch.Axis convert(String text) {
    try {
      return CalibrationSearch.Axis.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
