package dev.hale.data.prepared;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.data.prepared.PreparedFormat.Place;
import dev.hale.scan.DataException;
import dev.hale.scan.Preprocessing;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A prepared set, memory-mapped: opening it reads the index alone, and only what is asked for comes
 * from disk. Any number of threads may read at once. S is the image size, C the number of channels.
 *
 * <p>Lesion masks are not touched before {@link #lesion} is called: a training never needs them.
 */
public final class PreparedSet implements AutoCloseable {
  /** There is no such row. */
  public static final int NONE = -1;

  /** Where {@code set.json} has {@link #warnings}. */
  public static final String WARNINGS = "warnings";

  /** Key of {@link #targets} in {@code set.json}. */
  public static final String TARGETS = "targets";

  private final Path folder;
  private final PreparedDescription description;
  private final PreparedIndex index;
  private final int targets;
  private final int pixels;
  private final FloatBuffer[] images;
  private final ByteBuffer[] brains;
  private final ByteBuffer[] lesions; // guarded by itself; null where not yet asked for
  private volatile boolean closed;

  private PreparedSet(Path folder, PreparedDescription description, PreparedIndex index) {
    this.folder = folder;
    this.description = description;
    this.index = index;
    this.targets = description.json().path(TARGETS).asInt(0);
    int size = description.preprocessing().imageSize();
    pixels = size * size;
    int shards = index.shardSizes().size();
    images = new FloatBuffer[shards];
    brains = new ByteBuffer[shards];
    lesions = new ByteBuffer[shards];
    for (int s = 0; s < shards; s++) {
      int count = index.shardSizes().get(s);
      Path image = folder.resolve(PreparedFormat.images(s));
      images[s] = Shards.map(image, "f4", count, channels(), size, size).asFloatBuffer();
      brains[s] = Shards.map(folder.resolve(PreparedFormat.brain(s)), "u1", count, size, size);
    }
  }

  /**
   * Opens a set.
   *
   * @throws DataException where the folder is no finished set, is of another format version, lies
   *     about its neighbours, or lacks a shard of images or brain masks, or one is not of the size
   *     that the index says
   */
  public static PreparedSet open(Path folder) {
    return new PreparedSet(folder, PreparedDescription.read(folder), PreparedIndex.read(folder));
  }

  /** Where the set is. */
  public Path folder() {
    return folder;
  }

  /** What {@code set.json} says: how the set was made; a copy. */
  public ObjectNode description() {
    return description.json().deepCopy();
  }

  /** What was odd about the masks when it was made, a line each that begins with the file. */
  public List<String> warnings() {
    List<String> lines = new ArrayList<>();
    description.json().path(WARNINGS).forEach(line -> lines.add(line.asText()));
    return lines;
  }

  /** What made the images from scans. */
  public Preprocessing preprocessing() {
    return description.preprocessing();
  }

  /** What is known of every image, in the order of the rows. */
  public List<PreparedSlice> slices() {
    return index.slices();
  }

  /** How many slices on from one its neighbour lies, of subjects where that is not the next. */
  public Map<String, Integer> steps() {
    return description.steps();
  }

  /** CRC-32C of what is known of all images: the same for the same slices, in any process. */
  public String indexChecksum() {
    CRC32C index = new CRC32C();
    index.update(slices().toString().getBytes(StandardCharsets.UTF_8));
    if (!steps().isEmpty()) {
      index.update(steps().toString().getBytes(StandardCharsets.UTF_8));
    }
    return "%08x".formatted(index.getValue());
  }

  /**
   * The row of the slice that lies so many {@link #steps} above another of the same scan, or below
   * where the offset is negative; {@link #NONE} where the set has no such slice.
   */
  public int neighbour(int row, int offset) {
    PreparedSlice slice = slices().get(row);
    int wanted = offset * steps().getOrDefault(slice.subject(), 1);
    int direction = Integer.signum(offset);
    for (int at = row + direction; at >= 0 && at < slices().size(); at += direction) {
      PreparedSlice other = slices().get(at);
      int distance = other.slice() - slice.slice();
      if (!other.subject().equals(slice.subject())
          || Math.abs(distance) > Math.abs(wanted)
          || Integer.signum(distance) != direction) {
        return NONE;
      }
      if (distance == wanted) {
        return at;
      }
    }
    return NONE;
  }

  /**
   * The rows of a slice and of so many {@link #steps} below and above it, from the lowest up; where
   * the set has no such slice, the row itself.
   */
  public int[] around(int row, int context) {
    int[] rows = new int[2 * context + 1];
    for (int offset = -context; offset <= context; offset++) {
      int at = offset == 0 ? row : neighbour(row, offset);
      rows[context + offset] = at == NONE ? row : at;
    }
    return rows;
  }

  /** The images of the rows {@link #around} a slice, with targets. */
  public float[][] planes(int row, int context) {
    int[] rows = around(row, context);
    float[][] planes = new float[rows.length][channels() * pixels];
    for (int k = 0; k < rows.length; k++) {
      image(rows[k], planes[k], 0);
    }
    return planes;
  }

  /**
   * Copies the channels of a slice and of those around it, as a network with such a context takes
   * them: channels without targets of each, from the lowest up, then the slice's own targets.
   *
   * @param planes the images of {@link #planes}, perhaps varied
   */
  public void stack(float[][] planes, float[] into, int offset) {
    int own = (channels() - targets()) * pixels;
    int at = offset;
    for (float[] plane : planes) {
      System.arraycopy(plane, 0, into, at, own);
      at += own;
    }
    System.arraycopy(planes[planes.length / 2], own, into, at, targets() * pixels);
  }

  /** The channels of {@link #stack}. */
  public int channels(int context) {
    return (2 * context + 1) * (channels() - targets()) + targets();
  }

  /** How many of the channels, the last ones, are no image but what a network is to learn of it. */
  public int targets() {
    return targets;
  }

  /** C, the number of channels. */
  public int channels() {
    return preprocessing().channels().size();
  }

  /** S, rows and columns of an image. */
  public int imageSize() {
    return preprocessing().imageSize();
  }

  /**
   * Copies an image, {@code [(c * S + j) * S + i]}, in [-1, 1], background -1.
   *
   * @param row of the index
   * @param into where to
   * @param offset of the first value there
   */
  public void image(int row, float[] into, int offset) {
    Place place = place(row);
    int length = channels() * pixels;
    images[place.shard()].get(place.offset() * length, into, offset, length);
  }

  /** The brain mask of an image, {@code [j * S + i]}, 0 or 1; a new array. */
  public byte[] brain(int row) {
    Place place = place(row);
    byte[] mask = new byte[pixels];
    brains[place.shard()].get(place.offset() * pixels, mask);
    return mask;
  }

  /**
   * The lesion mask of an image, {@code [j * S + i]}, 0 or 1; a new array, or null where the source
   * has no mask. For showing and evaluation.
   *
   * @throws DataException where the shard is missing or damaged
   */
  public byte[] lesion(int row) {
    Place place = place(row);
    if (slices().get(row).lesionVoxels().isEmpty()) {
      return null;
    }
    byte[] mask = new byte[pixels];
    lesions(place.shard()).get(place.offset() * pixels, mask);
    return mask;
  }

  private ByteBuffer lesions(int shard) {
    synchronized (lesions) {
      if (lesions[shard] == null) {
        Path file = folder.resolve(PreparedFormat.lesion(shard));
        int count = index.shardSizes().get(shard);
        lesions[shard] = Shards.map(file, "u1", count, imageSize(), imageSize());
      }
      return lesions[shard];
    }
  }

  private Place place(int row) {
    if (closed) {
      throw new IllegalStateException("the prepared set is closed");
    }
    return index.places().get(row);
  }

  /** Use after this throws. The memory is unmapped when Java collects the garbage. */
  @Override
  public void close() {
    closed = true;
  }
}
