package dev.hale.data.prepared;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hale.scan.DataException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** The names of a prepared set's files and of what stands in them. */
final class PreparedFormat {
  /** Of what this code writes, and the only one that it reads. */
  static final int VERSION = 1;

  static final String DESCRIPTION = "set.json";
  static final String INDEX = "index.csv";
  static final String VERSION_KEY = "format_version";
  static final String PREPROCESSING_KEY = "preprocessing";
  static final String COUNTS_KEY = "counts";

  /** How many slices on the neighbour lies, of subjects where that is not the next one. */
  static final String STEPS_KEY = "slice_steps";

  /** What the set itself says of itself. */
  static final List<String> OWN_KEYS =
      List.of(VERSION_KEY, PREPROCESSING_KEY, COUNTS_KEY, STEPS_KEY);

  static final List<String> COLUMNS =
      List.of(
          "row",
          "shard",
          "offset",
          "subject",
          "slice",
          "split",
          "label",
          "lesion_voxels",
          "brain_fraction",
          "source");

  static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private PreparedFormat() {}

  static String images(int shard) {
    return shard("images", shard);
  }

  static String brain(int shard) {
    return shard("brain", shard);
  }

  static String lesion(int shard) {
    return shard("lesion", shard);
  }

  /** In the digits of files, whatever those of the language are. */
  private static String shard(String name, int shard) {
    return String.format(Locale.ROOT, "%s-%05d.npy", name, shard);
  }

  /** Where an index row's arrays are. */
  record Place(int shard, int offset) {}

  static String line(int row, Place place, PreparedSlice slice) {
    OptionalInt lesion = slice.lesionVoxels();
    return CsvLine.format(
        List.of(
            Integer.toString(row),
            Integer.toString(place.shard()),
            Integer.toString(place.offset()),
            slice.subject(),
            Integer.toString(slice.slice()),
            slice.split().name().toLowerCase(Locale.ROOT),
            Integer.toString(slice.label()),
            lesion.isEmpty() ? "" : Integer.toString(lesion.getAsInt()),
            Double.toString(slice.brainFraction()),
            slice.source()));
  }

  static Place place(List<String> fields, int row) {
    requireWidth(fields);
    if (number(fields, 0) != row) {
      throw new DataException("row is %s, expected %d".formatted(fields.get(0), row));
    }
    return new Place(number(fields, 1), number(fields, 2));
  }

  static PreparedSlice slice(List<String> fields) {
    requireWidth(fields);
    return new PreparedSlice(
        fields.get(3),
        number(fields, 4),
        split(fields.get(5)),
        number(fields, 6),
        fields.get(7).isEmpty() ? OptionalInt.empty() : OptionalInt.of(number(fields, 7)),
        fraction(fields.get(8)),
        fields.get(9));
  }

  private static void requireWidth(List<String> fields) {
    if (fields.size() != COLUMNS.size()) {
      throw new DataException(
          "%d fields, expected %d (%s)"
              .formatted(fields.size(), COLUMNS.size(), String.join(",", COLUMNS)));
    }
  }

  private static int number(List<String> fields, int column) {
    try {
      return Integer.parseInt(fields.get(column));
    } catch (NumberFormatException e) {
      throw new DataException(
          "%s is \"%s\", expected a whole number"
              .formatted(COLUMNS.get(column), fields.get(column)),
          e);
    }
  }

  private static double fraction(String field) {
    try {
      return Double.parseDouble(field);
    } catch (NumberFormatException e) {
      throw new DataException("brain_fraction is \"%s\", expected a number".formatted(field), e);
    }
  }

  private static Split split(String field) {
    for (Split split : Split.values()) {
      if (split.name().toLowerCase(Locale.ROOT).equals(field)) {
        return split;
      }
    }
    throw new DataException("split is \"%s\", expected train, validation or test".formatted(field));
  }
}
