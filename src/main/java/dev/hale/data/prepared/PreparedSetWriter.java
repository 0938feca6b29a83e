package dev.hale.data.prepared;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.data.prepared.PreparedFormat.Place;
import dev.hale.io.FileFailure;
import dev.hale.scan.DataException;
import dev.hale.scan.Preprocessing;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a prepared set, slice by slice, holding no more than one of them in memory. A set that was
 * not finished cannot be opened; who wants the folder to appear whole or not at all fills it inside
 * {@link dev.hale.io.AtomicFolder}. S is the image size, C the number of channels.
 */
public final class PreparedSetWriter implements AutoCloseable {
  private static final long SHARD_BYTES = 256L << 20;

  private final Path folder;
  private final Preprocessing preprocessing;
  private final int pixels;
  private final int rowsPerShard;
  private final ByteBuffer imageBytes;
  private final BufferedWriter index;
  private final SplitCounts counts = new SplitCounts();
  private final Map<String, Integer> steps = new TreeMap<>();
  private int rows;
  private ShardWriter images;
  private ShardWriter brains;
  private ShardWriter lesions; // null while no slice of the shard has a mask

  /**
   * Begins a set.
   *
   * @param folder exists and is empty
   * @param preprocessing that made the images
   * @throws DataException where the folder cannot be written
   */
  public PreparedSetWriter(Path folder, Preprocessing preprocessing) {
    this(folder, preprocessing, SHARD_BYTES);
  }

  PreparedSetWriter(Path folder, Preprocessing preprocessing, long shardBytes) {
    this.folder = folder;
    this.preprocessing = preprocessing;
    pixels = preprocessing.imageSize() * preprocessing.imageSize();
    long bytes = 4L * preprocessing.channels().size() * pixels;
    if (bytes > Integer.MAX_VALUE - 1024) {
      throw new DataException("an image of %d bytes is too large for a set".formatted(bytes));
    }
    rowsPerShard = (int) Math.max(1, shardBytes / bytes);
    imageBytes = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
    try {
      index =
          Files.newBufferedWriter(
              folder.resolve(PreparedFormat.INDEX), StandardOpenOption.CREATE_NEW);
      index.write(CsvLine.format(PreparedFormat.COLUMNS) + "\n");
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Says how far a subject's slices lie apart that count as neighbours.
   *
   * @param step how many slices on; 1, as where nothing is said, for the very next
   */
  public void step(String subject, int step) {
    if (step < 1) {
      throw new DataException(
          "subject %s: neighbours are %d slices apart, expected 1 or more"
              .formatted(subject, step));
    }
    if (step > 1) {
      steps.put(subject, step);
    }
  }

  /**
   * Appends a slice.
   *
   * @param slice what is known of it
   * @param image {@code [(c * S + j) * S + i]} in [-1, 1], and -1 outside the brain
   * @param brain {@code [j * S + i]}, 0 or 1
   * @param lesion the same; null where the source has no mask, and only there
   * @throws DataException where any of this is not so, or the disk is full
   */
  public void add(PreparedSlice slice, float[] image, byte[] brain, byte[] lesion) {
    String name = "subject %s, slice %d".formatted(slice.subject(), slice.slice());
    requireMask(name + ": brain mask", brain);
    requireImage(name, image, brain);
    if (slice.lesionVoxels().isPresent() != (lesion != null)) {
      throw new DataException(
          "%s: lesion voxels are counted where there is a mask, and only there".formatted(name));
    }
    if (lesion != null) {
      requireMask(name + ": lesion mask", lesion);
    }
    counts.add(slice);
    try {
      Place place = new Place(rows / rowsPerShard, rows % rowsPerShard);
      if (place.offset() == 0) {
        finishShard();
        beginShard(place.shard());
      }
      imageBytes.clear().asFloatBuffer().put(image);
      images.put(place.offset(), imageBytes);
      brains.put(place.offset(), ByteBuffer.wrap(brain));
      if (lesion != null) {
        if (lesions == null) {
          lesions = masks(PreparedFormat.lesion(place.shard()));
        }
        lesions.put(place.offset(), ByteBuffer.wrap(lesion));
      }
      index.write(PreparedFormat.line(rows, place, slice) + "\n");
      rows++;
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Completes the set.
   *
   * @param provenance what else its {@code set.json} shall say: layout, seed, split fractions,
   *     subjects skipped and why; the set's own keys (format_version, preprocessing, counts,
   *     slice_steps) are refused
   * @throws DataException if the set is empty, or cannot be written
   */
  public void finish(ObjectNode provenance) {
    if (rows == 0) {
      throw new DataException("no slice was prepared, so there is no set to write");
    }
    ObjectNode description = PreparedFormat.JSON.createObjectNode();
    description.put(PreparedFormat.VERSION_KEY, PreparedFormat.VERSION);
    description.set(
        PreparedFormat.PREPROCESSING_KEY, PreparedFormat.JSON.valueToTree(preprocessing));
    ObjectNode bySplit = description.putObject(PreparedFormat.COUNTS_KEY);
    for (Split split : Split.values()) {
      bySplit
          .putObject(split.name().toLowerCase(Locale.ROOT))
          .put("subjects", counts.subjects(split))
          .put("healthy", counts.slices(split, 0))
          .put("diseased", counts.slices(split, 1));
    }
    if (!steps.isEmpty()) {
      description.set(PreparedFormat.STEPS_KEY, PreparedFormat.JSON.valueToTree(steps));
    }
    for (String key : PreparedFormat.OWN_KEYS) {
      if (provenance.has(key)) {
        throw new DataException("provenance says %s, which the set says itself".formatted(key));
      }
    }
    description.setAll(provenance);
    try {
      finishShard();
      index.close();
      Files.writeString(
          folder.resolve(PreparedFormat.DESCRIPTION),
          PreparedFormat.JSON.writeValueAsString(description) + "\n",
          StandardOpenOption.CREATE_NEW);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** Lets go of the files; what is not finished stays unfinished. */
  @Override
  public void close() {
    try (BufferedWriter table = index;
        ShardWriter image = images;
        ShardWriter brain = brains;
        ShardWriter lesion = lesions) {
      // Closed in any case, each of them.
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private void beginShard(int shard) throws IOException {
    int size = preprocessing.imageSize();
    int[] shape = {0, preprocessing.channels().size(), size, size};
    images =
        new ShardWriter(
            folder.resolve(PreparedFormat.images(shard)), "f4", shape, imageBytes.capacity());
    brains = masks(PreparedFormat.brain(shard));
  }

  private ShardWriter masks(String name) throws IOException {
    int[] shape = {0, preprocessing.imageSize(), preprocessing.imageSize()};
    return new ShardWriter(folder.resolve(name), "u1", shape, pixels);
  }

  private void finishShard() throws IOException {
    if (rows == 0) {
      return;
    }
    int items = (rows - 1) % rowsPerShard + 1;
    images.finish(items);
    brains.finish(items);
    if (lesions != null) {
      lesions.finish(items);
      lesions = null;
    }
  }

  private void requireImage(String name, float[] image, byte[] brain) {
    int channels = preprocessing.channels().size();
    if (image.length != channels * pixels) {
      throw new DataException(
          "%s: image has %d values, the set's have %d×%d×%d"
              .formatted(
                  name,
                  image.length,
                  channels,
                  preprocessing.imageSize(),
                  preprocessing.imageSize()));
    }
    for (int at = 0; at < image.length; at++) {
      float value = image[at];
      if (!(value >= -1 && value <= 1)) {
        throw new DataException(
            "%s: image has the value %s, expected [-1, 1]".formatted(name, value));
      }
      if (brain[at % pixels] == 0 && value != Preprocessing.BACKGROUND) {
        throw new DataException(
            "%s: image has the value %s outside the brain, expected %s"
                .formatted(name, value, Preprocessing.BACKGROUND));
      }
    }
  }

  private void requireMask(String name, byte[] mask) {
    if (mask.length != pixels) {
      throw new DataException("%s has %d pixels, expected %d".formatted(name, mask.length, pixels));
    }
    for (byte b : mask) {
      if (b != 0 && b != 1) {
        throw new DataException("%s holds %d, expected 0 or 1".formatted(name, b));
      }
    }
  }

  private DataException unwritable(IOException e) {
    return FileFailure.unwritable(folder, e);
  }
}
