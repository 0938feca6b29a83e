package dev.hale.engine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The JSON header of a safetensors file: what lies where. Parsing accepts only headers whose
 * tensors cover the data exactly, without holes and overlaps, so that nothing in the file goes
 * unread and nothing is read twice.
 *
 * @param entries tensor name to its place, in the order of the header
 * @param metadata texts by key
 */
record SafeTensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {
  static final String METADATA = "__metadata__";

  /** Names come from the file: keeping them in a shared symbol table would let it grow. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /**
   * Where a tensor lies.
   *
   * @param begin first byte, counted from the end of the header
   * @param end first byte after it
   */
  record Entry(ElementType type, long[] shape, long begin, long end) {}

  /**
   * Reads a header.
   *
   * @param dataLength number of bytes after the header
   * @throws CheckpointException if it is not valid or does not match the data
   */
  static SafeTensorsHeader parse(byte[] json, long dataLength) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(json)) {
      expect(parser, parser.nextToken(), JsonToken.START_OBJECT, "the header");
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        if (name.equals(METADATA)) {
          readMetadata(parser, metadata);
        } else {
          entries.put(name, readEntry(parser, name));
        }
      }
      if (parser.nextToken() != null) {
        throw new CheckpointException("the header goes on after its end");
      }
    } catch (IOException e) {
      throw new CheckpointException("the header is not valid: " + firstLine(e), e);
    }
    checkCover(entries, dataLength);
    return new SafeTensorsHeader(entries, metadata);
  }

  private static void readMetadata(JsonParser parser, Map<String, String> metadata)
      throws IOException {
    expect(parser, parser.currentToken(), JsonToken.START_OBJECT, METADATA);
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      expect(parser, parser.nextToken(), JsonToken.VALUE_STRING, METADATA);
      metadata.put(key, parser.getText());
    }
  }

  private static Entry readEntry(JsonParser parser, String name) throws IOException {
    String what = "tensor \"%s\"".formatted(UntrustedText.shown(name));
    expect(parser, parser.currentToken(), JsonToken.START_OBJECT, what);
    ElementType type = null;
    long[] shape = null;
    long[] offsets = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "dtype" -> {
          expect(parser, parser.currentToken(), JsonToken.VALUE_STRING, what);
          String dtype = parser.getText();
          type =
              ElementType.ofName(dtype)
                  .orElseThrow(
                      () ->
                          new CheckpointException(
                              "%s has the unknown dtype %s"
                                  .formatted(what, UntrustedText.shown(dtype))));
        }
        case "shape" -> shape = readLongs(parser, what);
        case "data_offsets" -> offsets = readLongs(parser, what);
        default ->
            throw new CheckpointException(
                "%s has the unknown field %s".formatted(what, UntrustedText.shown(field)));
      }
    }
    if (type == null || shape == null || offsets == null || offsets.length != 2) {
      throw new CheckpointException(what + " lacks its dtype, shape or two data_offsets");
    }
    long bytes = type.count(shape) * type.bytes();
    if (offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] - offsets[0] != bytes) {
      throw new CheckpointException(
          "%s of %s %s needs %d bytes, its data_offsets are %s"
              .formatted(what, type, Arrays.toString(shape), bytes, Arrays.toString(offsets)));
    }
    return new Entry(type, shape, offsets[0], offsets[1]);
  }

  private static long[] readLongs(JsonParser parser, String what) throws IOException {
    expect(parser, parser.currentToken(), JsonToken.START_ARRAY, what);
    List<Long> numbers = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(parser, parser.currentToken(), JsonToken.VALUE_NUMBER_INT, what);
      numbers.add(parser.getLongValue());
    }
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  private static void expect(JsonParser parser, JsonToken found, JsonToken expected, String what) {
    if (found != expected) {
      throw new CheckpointException(
          "%s is not as it should be at header byte %d: found %s, expected %s"
              .formatted(what, parser.currentTokenLocation().getByteOffset(), found, expected));
    }
  }

  private static void checkCover(Map<String, Entry> entries, long dataLength) {
    List<Map.Entry<String, Entry>> sorted = new ArrayList<>(entries.entrySet());
    sorted.sort(
        Comparator.comparingLong((Map.Entry<String, Entry> entry) -> entry.getValue().begin())
            .thenComparingLong(entry -> entry.getValue().end()));
    long covered = 0;
    for (Map.Entry<String, Entry> entry : sorted) {
      if (entry.getValue().begin() != covered) {
        throw new CheckpointException(
            "tensor \"%s\" begins at byte %d, expected %d (an overlap or a hole)"
                .formatted(UntrustedText.shown(entry.getKey()), entry.getValue().begin(), covered));
      }
      covered = entry.getValue().end();
    }
    if (covered != dataLength) {
      throw new CheckpointException(
          "the tensors take %d bytes, the file has %d".formatted(covered, dataLength));
    }
  }

  /**
   * This header as JSON, padded with spaces to a multiple of 8 bytes. Metadata is sorted by its
   * keys, because a map may give them in another order each time the program runs.
   */
  byte[] toJson() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(METADATA);
        for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      for (Map.Entry<String, Entry> named : entries.entrySet()) {
        Entry entry = named.getValue();
        json.writeObjectFieldStart(named.getKey());
        json.writeStringField("dtype", entry.type().name());
        json.writeFieldName("shape");
        json.writeArray(entry.shape(), 0, entry.shape().length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {entry.begin(), entry.end()}, 0, 2);
        json.writeEndObject();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new CheckpointException("the header cannot be written: " + firstLine(e), e);
    }
    while (bytes.size() % 8 != 0) {
      bytes.write(' ');
    }
    return bytes.toByteArray();
  }

  private static String firstLine(IOException e) {
    return UntrustedText.shown(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
  }
}
