package dev.hale.data.prepared;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.scan.Axis;
import dev.hale.scan.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/** Small prepared sets of random images, for tests. */
public final class SmallSets {
  static final int SIZE = 16;
  static final int PIXELS = SIZE * SIZE;
  static final Preprocessing PREPROCESSING =
      new Preprocessing(List.of("FLAIR", "T1"), SIZE, 2, Axis.AXIAL);

  private static final int ROWS_PER_SHARD = 5;

  private SmallSets() {}

  /** One slice with its arrays; lesion may be null. */
  public record Item(PreparedSlice slice, float[] image, byte[] brain, byte[] lesion) {}

  /**
   * A slice that its number makes unique: a disc of brain with random values, a square of lesion on
   * every third.
   */
  static Item item(int number, String subject, Split split, boolean masked) {
    SplittableRandom random = new SplittableRandom(number);
    byte[] brain = disc(6 + number % 2);
    boolean diseased = number % 3 == 0;
    float[] image = new float[2 * PIXELS];
    Arrays.fill(image, Preprocessing.BACKGROUND);
    byte[] lesion = new byte[PIXELS];
    int inside = 0;
    for (int p = 0; p < PIXELS; p++) {
      if (brain[p] != 0) {
        inside++;
        image[p] = (float) (2 * random.nextDouble() - 1);
        image[PIXELS + p] = (float) (2 * random.nextDouble() - 1);
      }
      int column = p % SIZE;
      int row = p / SIZE;
      lesion[p] = (byte) (diseased && column >= 5 && column < 8 && row >= 6 && row < 9 ? 1 : 0);
    }
    OptionalInt voxels = masked ? OptionalInt.of(diseased ? 9 : 0) : OptionalInt.empty();
    PreparedSlice slice =
        new PreparedSlice(
            subject,
            number,
            split,
            diseased ? 1 : 0,
            voxels,
            inside / (double) PIXELS,
            "scans/" + subject);
    return new Item(slice, image, brain, masked ? lesion : null);
  }

  /** Some twenty slices of seven subjects: five of TRAIN, one each of the others. */
  public static List<Item> items() {
    String[] subjects = {"a", "b", "c", "d, \"the\" fourth", "e", "f", "g"};
    Item[] items = new Item[21];
    for (int n = 0; n < items.length; n++) {
      int who = n % subjects.length;
      Split split = who < 5 ? Split.TRAIN : who == 5 ? Split.VALIDATION : Split.TEST;
      items[n] = item(n, subjects[who], split, n < 15);
    }
    return List.of(items);
  }

  /** Writes the items into a new folder, five a shard. */
  public static Path write(Path folder, List<Item> items) throws IOException {
    Files.createDirectory(folder);
    ObjectNode provenance = JsonNodeFactory.instance.objectNode().put("layout", "random");
    try (var writer =
        new PreparedSetWriter(folder, PREPROCESSING, 4L * 2 * PIXELS * ROWS_PER_SHARD)) {
      for (Item item : items) {
        writer.add(item.slice(), item.image(), item.brain(), item.lesion());
      }
      writer.finish(provenance);
    }
    return folder;
  }

  static byte[] disc(double radius) {
    byte[] mask = new byte[PIXELS];
    for (int p = 0; p < PIXELS; p++) {
      int column = p % SIZE;
      int row = p / SIZE;
      double x = column - (SIZE - 1) / 2.0;
      double y = row - (SIZE - 1) / 2.0;
      mask[p] = (byte) (x * x + y * y <= radius * radius ? 1 : 0);
    }
    return mask;
  }
}
