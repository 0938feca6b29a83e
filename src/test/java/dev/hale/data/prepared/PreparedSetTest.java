package dev.hale.data.prepared;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hale.data.prepared.SmallSets.Item;
import dev.hale.io.Npy;
import dev.hale.io.NpyArray;
import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PreparedSetTest {
  @TempDir Path temp;
  private int damaged;

  @Test
  void whatWasWrittenIsRead() throws IOException {
    List<Item> items = SmallSets.items();
    try (PreparedSet set = PreparedSet.open(written())) {
      assertEquals(SmallSets.PREPROCESSING, set.preprocessing());
      assertEquals(2, set.channels());
      assertEquals(SmallSets.SIZE, set.imageSize());
      assertEquals(items.stream().map(Item::slice).toList(), set.slices());
      float[] image = new float[3 + 2 * SmallSets.PIXELS];
      for (int row = 0; row < items.size(); row++) {
        Item item = items.get(row);
        set.image(row, image, 3);
        assertArrayEquals(item.image(), Arrays.copyOfRange(image, 3, image.length));
        assertArrayEquals(item.brain(), set.brain(row));
        if (item.lesion() == null) {
          assertNull(set.lesion(row));
        } else {
          assertArrayEquals(item.lesion(), set.lesion(row));
        }
      }
      assertArrayEquals(new float[3], Arrays.copyOf(image, 3));
      JsonNode counts = set.description().get("counts");
      assertEquals("random", set.description().get("layout").asText());
      assertEquals(5, counts.get("train").get("subjects").asInt());
      assertEquals(
          items.stream()
              .filter(i -> i.slice().split() == Split.TEST && i.slice().diseased())
              .count(),
          counts.get("test").get("diseased").asInt());
    }
  }

  @Test
  void neighboursAreOfTheSameScanAndSoManySlicesAway() throws IOException {
    List<Item> items =
        List.of(
            SmallSets.item(3, "a", Split.TRAIN, true),
            SmallSets.item(4, "a", Split.TRAIN, true),
            SmallSets.item(6, "a", Split.TRAIN, true),
            SmallSets.item(7, "b", Split.TRAIN, true));
    try (PreparedSet set = PreparedSet.open(SmallSets.write(temp.resolve("near"), items))) {
      assertEquals(1, set.neighbour(0, 1));
      assertEquals(0, set.neighbour(1, -1));
      assertEquals(2, set.neighbour(1, 2));
      assertEquals(PreparedSet.NONE, set.neighbour(1, 1), "slice 5 was left out");
      assertEquals(PreparedSet.NONE, set.neighbour(2, 1), "the next is another scan's");
      assertEquals(PreparedSet.NONE, set.neighbour(0, -1));
    }
  }

  @Test
  void shardsAreOrdinaryNpyFiles() throws IOException {
    Path folder = written();
    NpyArray images = Npy.read(folder.resolve("images-00004.npy"));
    assertArrayEquals(new int[] {1, 2, SmallSets.SIZE, SmallSets.SIZE}, images.shape());
    assertArrayEquals(SmallSets.items().get(20).image(), images.floats());
    NpyArray brain = Npy.read(folder.resolve("brain-00001.npy"));
    assertArrayEquals(new int[] {5, SmallSets.SIZE, SmallSets.SIZE}, brain.shape());
    assertEquals("u1", brain.type());
    assertArrayEquals(
        SmallSets.items().get(7).brain(),
        Arrays.copyOfRange(brain.bytes(), 2 * SmallSets.PIXELS, 3 * SmallSets.PIXELS));
    assertTrue(Files.exists(folder.resolve("lesion-00002.npy")));
    assertFalse(Files.exists(folder.resolve("lesion-00003.npy"))); // rows without masks alone
  }

  @Test
  void aMaskAfterSlicesWithoutKeepsItsPlace() throws IOException {
    List<Item> items =
        List.of(
            SmallSets.item(0, "a", Split.TRAIN, false),
            SmallSets.item(3, "b", Split.TRAIN, true),
            SmallSets.item(1, "c", Split.TRAIN, false));
    try (PreparedSet set = PreparedSet.open(SmallSets.write(temp.resolve("mixed"), items))) {
      assertNull(set.lesion(0));
      assertArrayEquals(items.get(1).lesion(), set.lesion(1));
      assertNull(set.lesion(2));
    }
  }

  @Test
  void aClosedSetIsNotRead() throws IOException {
    PreparedSet set = PreparedSet.open(written());
    set.close();
    assertThrows(IllegalStateException.class, () -> set.brain(0));
  }

  @Test
  void lesionsAreNeededOnlyWhereAskedFor() throws IOException {
    Path folder = written();
    Files.delete(folder.resolve("lesion-00000.npy"));
    try (PreparedSet set = PreparedSet.open(folder)) {
      set.image(0, new float[2 * SmallSets.PIXELS], 0);
      assertRefused("lesion-00000.npy is missing", () -> set.lesion(0));
    }
  }

  @Test
  void aMissingShardIsNamed() throws IOException {
    Path folder = written();
    Files.delete(folder.resolve("images-00002.npy"));
    assertDamaged(folder, "images-00002.npy is missing");
  }

  @Test
  void aShortShardIsNamed() throws IOException {
    Path folder = written();
    Path shard = folder.resolve("brain-00001.npy");
    byte[] bytes = Files.readAllBytes(shard);
    Files.write(shard, Arrays.copyOf(bytes, bytes.length - 1));
    assertDamaged(folder, "brain-00001.npy: header promises 1280 bytes of numbers, file has 1279");
  }

  @Test
  void aShardOfAnotherShapeOrTypeIsNamed() throws IOException {
    Path folder = written();
    Path shard = folder.resolve("images-00004.npy");
    byte[] good = Files.readAllBytes(shard);
    Npy.write(shard, new int[] {2, 1, 16, 16}, new float[512]);
    assertDamaged(folder, "images-00004.npy: has the shape [2, 1, 16, 16], index and");
    Npy.write(shard, new int[] {1, 2, 16, 16}, new double[512]);
    assertDamaged(folder, "images-00004.npy: holds <f8, expected little-endian f4");
    Files.write(shard, good);
    PreparedSet.open(folder).close();
  }

  @Test
  void aBadRowIsNamedWithItsLine() throws IOException {
    String row = "2,0,2,c,2,train,0,0,";
    assertBadRow(row, "2,0,2,c,2,train,2,0,", "line 4: subject c, slice 2: label is 2, expected");
    assertBadRow(row, "2,0,2,c,2,training,0,0,", "line 4: split is \"training\", expected train");
    assertBadRow(row, "2,0,2,c,x,train,0,0,", "line 4: slice is \"x\", expected a whole number");
    assertBadRow(row, "2,0,3,c,2,train,0,0,", "line 4: shard 0, offset 3 does not follow");
    assertBadRow(row, "3,0,2,c,2,train,0,0,", "line 4: row is 3, expected 2");
    assertBadRow(row, "2,0,2,c,2,train,0,0,0,", "line 4: 11 fields, expected 10");
    assertBadRow(row, "2,0,2,\"c,2,train,0,0,", "line 4: a quotation mark is not closed");
    assertBadRow(row, "2,0,2,c,2,test,0,0,", "line 11: subject c is in two splits, TEST and TRAIN");
    assertBadRow("row,shard,", "row,", "line 1: expected the columns row,shard,offset,");
  }

  @Test
  void whatIsNoSetOrOfAnotherVersionIsRefused() throws IOException {
    assertDamaged(temp, "is not a prepared set: it has no set.json");
    Path folder = written();
    Path json = folder.resolve("set.json");
    String good = Files.readString(json);
    Files.writeString(json, good.replace("\"format_version\" : 1", "\"format_version\" : 2"));
    assertDamaged(
        folder, "set.json: format version is 2, this hale reads 1; prepare the set again");
    Files.writeString(json, good.replace("\"imageSize\" : 16", "\"imageSize\" : 0"));
    assertDamaged(folder, "set.json: image size is 0, expected 1 to 8192");
    Files.writeString(json, good.substring(0, 40));
    assertDamaged(folder, "set.json: Unexpected end-of-input");
    Files.writeString(json, good.replace("\"imageSize\" : 16", "\"imageSize\" : 17"));
    assertDamaged(folder, "images-00000.npy: has the shape [5, 2, 16, 16], index and");
  }

  @Test
  void aSetThatWasNotFinishedIsNoSet() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("unfinished"));
    try (var writer = new PreparedSetWriter(folder, SmallSets.PREPROCESSING)) {
      Item item = SmallSets.items().get(0);
      writer.add(item.slice(), item.image(), item.brain(), item.lesion());
    }
    assertDamaged(folder, "is not a prepared set");
  }

  @Test
  void theWriterRefusesWhatNoSetMayHold() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("refused"));
    Item item = SmallSets.items().get(0);
    PreparedSlice slice = item.slice();
    try (var writer = new PreparedSetWriter(folder, SmallSets.PREPROCESSING)) {
      assertRefused(
          "no slice was prepared", () -> writer.finish(JsonNodeFactory.instance.objectNode()));
      float[] high = item.image().clone();
      high[3 * SmallSets.SIZE + 8] = 1.5f;
      assertRefused(
          "image has the value 1.5", () -> writer.add(slice, high, item.brain(), item.lesion()));
      float[] outside = item.image().clone();
      outside[0] = 0;
      assertRefused(
          "value 0.0 outside the brain",
          () -> writer.add(slice, outside, item.brain(), item.lesion()));
      assertRefused(
          "image has 3 values, the set's have 2×16×16",
          () -> writer.add(slice, new float[3], item.brain(), item.lesion()));
      assertRefused(
          "brain mask has 3 pixels",
          () -> writer.add(slice, item.image(), new byte[3], item.lesion()));
      assertRefused(
          "lesion voxels are counted where there is a mask",
          () -> writer.add(slice, item.image(), item.brain(), null));
      writer.add(slice, item.image(), item.brain(), item.lesion());
      PreparedSlice moved =
          new PreparedSlice("a", 9, Split.TEST, 0, OptionalInt.empty(), 0.5, "elsewhere");
      assertRefused(
          "subject a is in two splits, TRAIN and TEST",
          () -> writer.add(moved, item.image(), item.brain(), null));
      assertRefused(
          "provenance says counts",
          () -> writer.finish(JsonNodeFactory.instance.objectNode().put("counts", 1)));
    }
  }

  private Path written() throws IOException {
    return SmallSets.write(temp.resolve("set"), SmallSets.items());
  }

  private void assertBadRow(String good, String bad, String message) throws IOException {
    Path folder = SmallSets.write(temp.resolve("bad" + damaged++), SmallSets.items());
    Path index = folder.resolve("index.csv");
    String table = Files.readString(index);
    assertTrue(table.contains(good), table);
    Files.writeString(index, table.replace(good, bad));
    assertDamaged(folder, "index.csv, " + message);
  }

  private static void assertDamaged(Path folder, String message) {
    DataException e = assertThrows(DataException.class, () -> PreparedSet.open(folder));
    assertTrue(e.getMessage().startsWith(folder.toString()), e.getMessage());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  private static void assertRefused(String message, Runnable action) {
    DataException e = assertThrows(DataException.class, action::run);
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }
}
