package dev.hale.data.prepared;

import dev.hale.data.prepared.PreparedFormat.Place;
import dev.hale.io.FileFailure;
import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A prepared set's table of slices, read and checked.
 *
 * @param slices in the order of their rows
 * @param places where each one's arrays are
 * @param shardSizes how many slices each shard has
 */
record PreparedIndex(List<PreparedSlice> slices, List<Place> places, List<Integer> shardSizes) {
  static PreparedIndex read(Path folder) {
    Path file = folder.resolve(PreparedFormat.INDEX);
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      throw new DataException("%s is missing; prepare the set again".formatted(file), e);
    } catch (CharacterCodingException e) {
      throw new DataException("%s: is not text in UTF-8".formatted(file), e);
    } catch (IOException e) {
      throw FileFailure.unreadable(file, e);
    }
    if (lines.isEmpty() || !lines.get(0).equals(CsvLine.format(PreparedFormat.COLUMNS))) {
      throw new DataException(
          "%s, line 1: expected the columns %s"
              .formatted(file, String.join(",", PreparedFormat.COLUMNS)));
    }
    PreparedIndex index =
        new PreparedIndex(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    SplitCounts counts = new SplitCounts();
    for (int line = 1; line < lines.size(); line++) {
      try {
        index.add(CsvLine.parse(lines.get(line)), counts);
      } catch (DataException e) {
        throw new DataException("%s, line %d: %s".formatted(file, line + 1, e.getMessage()), e);
      }
    }
    if (index.slices.isEmpty()) {
      throw new DataException("%s: the set has no slices".formatted(file));
    }
    return new PreparedIndex(
        List.copyOf(index.slices), List.copyOf(index.places), List.copyOf(index.shardSizes));
  }

  /** Shards are filled one after the other, so the place of a row follows from those before. */
  private void add(List<String> fields, SplitCounts counts) {
    Place place = PreparedFormat.place(fields, slices.size());
    PreparedSlice slice = PreparedFormat.slice(fields);
    int last = shardSizes.size() - 1;
    if (place.shard() == last + 1 && place.offset() == 0) {
      shardSizes.add(1);
    } else if (last >= 0 && place.shard() == last && place.offset() == shardSizes.get(last)) {
      shardSizes.set(last, place.offset() + 1);
    } else {
      throw new DataException(
          "shard %d, offset %d does not follow the row before"
              .formatted(place.shard(), place.offset()));
    }
    counts.add(slice);
    slices.add(slice);
    places.add(place);
  }
}
