package dev.hale.io;

import dev.hale.scan.DataException;
import dev.hale.scan.Grid;
import dev.hale.scan.Scan;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/**
 * Reads NIfTI-1 and NIfTI-2 images, single files or {@code .hdr/.img} pairs, and ANALYZE 7.5, plain
 * or gzipped, and writes single files. Reading trusts nothing: it takes exactly the bytes that the
 * header promises, memory grows only with bytes that are really there, and what was gzipped is read
 * to its end, where its checksum and length are.
 */
public final class Nifti {
  /** Deflate cannot expand further: 258 bytes from 2 bits. */
  private static final long MOST_EXPANSION = 1032;

  /**
   * What may follow the voxels in a gzip stream, such as padding: as many bytes as the header
   * promises, and this many at least. Unpacking more only to reach the checksum could take for
   * ever.
   */
  private static final long LEAST_SPARE = 1 << 20;

  private static final int CHUNK = 1 << 16;
  private static final int FIRST_BLOCK = 1 << 22;

  private Nifti() {}

  /**
   * Reads an image. Numbers are scaled by scl_slope and scl_inter. A file with several volumes (4-D
   * and beyond) gives one channel per volume.
   *
   * @param file .nii or .nii.gz, or half of an .hdr/.img pair; what counts otherwise is the
   *     content, not the name
   * @return a scan named after the file, its grid with the file's orientation; the channel is named
   *     as {@link ScanReader} says, with {@code [0]}, {@code [1]}, … behind it where there are
   *     several
   * @throws DataException if the file is missing, damaged, or of a kind not supported; the message
   *     begins with the file's name
   */
  public static Scan read(Path file) {
    requireFile(file);
    if (!FilePair.isHalf(file)) {
      return read(ImageSource.of(file));
    }
    FilePair pair = FilePair.of(file);
    return read(ImageSource.of(pair.header()), ImageSource.of(pair.voxels()));
  }

  static Scan read(ImageSource image) {
    return read(image, image);
  }

  /** Of a header and of voxels, which may lie behind it. */
  private static Scan read(ImageSource start, ImageSource image) {
    String file = image.name();
    boolean single = start == image;
    try (InputStream in = open(image)) {
      NiftiHeader header = single ? readHeader(in, true) : pairedHeader(start);
      Grid grid = single ? header.grid() : pairedGrid(start, header);
      float[] voxels = readVoxels(in, header, room(image), single);
      if (in instanceof GZIPInputStream) {
        readToEnd(in, promised(header));
      }
      int volumes = header.size()[3];
      List<String> channels = new ArrayList<>();
      for (int v = 0; v < volumes; v++) {
        String channel = FileNames.channel(image.fileName());
        channels.add(volumes == 1 ? channel : channel + "[" + v + "]");
      }
      return new Scan(FileNames.stem(image.fileName()), channels, grid, voxels);
    } catch (DataException e) {
      throw e.getMessage().startsWith(start.name())
          ? e
          : new DataException(file + ": " + e.getMessage(), e);
    } catch (EOFException e) {
      throw new DataException(file + ": truncated; copy or download it again", e);
    } catch (ZipException e) {
      throw new DataException(
          "%s: damaged gzip data (%s); copy or download it again".formatted(file, e.getMessage()),
          e);
    } catch (StackOverflowError e) { // GZIPInputStream goes deeper with each empty part.
      throw new DataException(file + ": gzipped in too many parts; unpack it and pack it again", e);
    } catch (IOException e) {
      throw FileFailure.unreadable(file, e);
    }
  }

  /** Writes all channels as float32, several as a 4-D file. */
  public static void write(Path file, Scan scan) {
    write(file, scan.grid(), scan.channels().size(), scan.voxels());
  }

  /**
   * Writes a map as float32.
   *
   * @param file .nii or .nii.gz, replaced in one step when complete
   * @param grid where the map lies; an orientation read from a file is written back as it was
   * @param map one value per voxel
   */
  public static void writeMap(Path file, Grid grid, float[] map) {
    write(file, grid, 1, map);
  }

  /** Writes a mask as uint8, one value per voxel, like {@link #writeMap}. */
  public static void writeMask(Path file, Grid grid, byte[] mask) {
    requireLength(file, grid.size(), mask.length);
    write(
        file,
        out -> {
          out.write(NiftiHeader.encode(grid, 1, NiftiType.UINT8));
          out.write(mask);
        });
  }

  private static void write(Path file, Grid grid, int volumes, float[] values) {
    requireLength(file, (long) volumes * grid.size(), values.length);
    write(
        file,
        out -> {
          out.write(NiftiHeader.encode(grid, volumes, NiftiType.FLOAT32));
          ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
          for (int at = 0; at < values.length; at += CHUNK / 4) {
            int count = Math.min(CHUNK / 4, values.length - at);
            chunk.asFloatBuffer().put(values, at, count);
            out.write(chunk.array(), 0, 4 * count);
          }
        });
  }

  private static void write(Path file, AtomicFile.Content content) {
    String name = file.getFileName().toString();
    if (FileNames.endsWith(name, ".nii.gz")) {
      AtomicFile.write(
          file,
          out -> {
            try (OutputStream zip = new GZIPOutputStream(out, CHUNK)) {
              content.writeTo(zip);
            }
          });
    } else if (FileNames.endsWith(name, ".nii")) {
      AtomicFile.write(file, content);
    } else {
      throw new DataException(file + ": name a NIfTI file .nii or .nii.gz");
    }
  }

  private static void requireLength(Path file, long expected, int found) {
    if (expected != found) {
      throw new DataException("%s: grid has %d values, data %d".formatted(file, expected, found));
    }
  }

  static void requireFile(Path file) {
    String reason = NoImage.reason(file);
    if (reason != null) {
      throw new DataException(file + ": " + reason);
    }
    if (!Files.exists(file)) {
      throw new DataException(file + ": no such file");
    }
    if (!Files.isRegularFile(file)) {
      throw new DataException(file + ": not a file");
    }
  }

  private static InputStream open(ImageSource image) throws IOException {
    InputStream in = image.open();
    try {
      return isGzip(in) ? new GZIPInputStream(in, CHUNK) : in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static boolean isGzip(InputStream in) throws IOException {
    in.mark(2);
    boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return gzip;
  }

  /** The most bytes that the content can come to. */
  private static long room(ImageSource image) throws IOException {
    try (InputStream in = image.open()) {
      return isGzip(in) ? image.size() * MOST_EXPANSION : image.size();
    }
  }

  private static NiftiHeader pairedHeader(ImageSource start) throws IOException {
    try (InputStream in = open(start)) {
      return readHeader(in, false);
    } catch (DataException e) {
      throw new DataException(start.name() + ": " + e.getMessage(), e);
    } catch (EOFException | ZipException e) {
      throw new DataException(start.name() + ": damaged gzip data; copy or download it again", e);
    }
  }

  private static Grid pairedGrid(ImageSource start, NiftiHeader header) {
    try {
      return header.grid();
    } catch (DataException e) {
      throw new DataException(start.name() + ": " + e.getMessage(), e);
    }
  }

  private static NiftiHeader readHeader(InputStream in, boolean single) throws IOException {
    byte[] start = in.readNBytes(4);
    if (start.length < 4) {
      throw new DataException("not a NIfTI file: it ends after %d bytes".formatted(start.length));
    }
    byte[] header = Arrays.copyOf(start, NiftiHeader.length(start));
    int read = 4 + in.readNBytes(header, 4, header.length - 4);
    if (read < header.length) {
      throw new DataException(
          "truncated: it ends after %d of the header's %d bytes".formatted(read, header.length));
    }
    return NiftiHeader.parse(header, single);
  }

  private static float[] readVoxels(InputStream in, NiftiHeader header, long room, boolean single)
      throws IOException {
    int total = header.values();
    int width = header.type().bytes;
    long promised = promised(header);
    if (promised > room) {
      throw new DataException(
          "truncated: the header promises %d bytes, the file cannot hold more than %d"
              .formatted(promised, room));
    }
    int headerLength =
        header.orientation().version() == 2 ? NiftiHeader.BYTES_2 : NiftiHeader.BYTES_1;
    in.skipNBytes(header.offset() - (single ? headerLength : 0));
    float[] values = new float[Math.min(total, FIRST_BLOCK)];
    byte[] chunk = new byte[CHUNK];
    ByteBuffer buffer = ByteBuffer.wrap(chunk).order(header.order());
    for (int done = 0; done < total; ) {
      int count = Math.min(CHUNK / width, total - done);
      int read = in.readNBytes(chunk, 0, count * width);
      if (read < count * width) {
        throw new DataException(
            "truncated: it ends after %d of %d voxels".formatted(done + read / width, total));
      }
      if (done + count > values.length) {
        values = Arrays.copyOf(values, (int) Math.min(total, 2L * values.length));
      }
      for (int v = 0; v < count; v++) {
        double stored = header.type().get(buffer, v * width);
        values[done + v] = (float) (stored * header.slope() + header.intercept());
      }
      done += count;
    }
    return values;
  }

  private static long promised(NiftiHeader header) {
    return header.offset() + (long) header.values() * header.type().bytes;
  }

  /** The end of a gzip stream is where its checksum and length are compared. */
  private static void readToEnd(InputStream gzip, long promised) throws IOException {
    long spare = Math.max(LEAST_SPARE, promised);
    byte[] chunk = new byte[CHUNK];
    long passed = 0;
    for (int read = gzip.read(chunk); read >= 0; read = gzip.read(chunk)) {
      passed += read;
      if (passed > spare) {
        throw new DataException(
            ("more than %d bytes follow the %d that its header promises; unpack it to .nii if they"
                    + " are meant to be there")
                .formatted(spare, promised));
      }
    }
  }
}
