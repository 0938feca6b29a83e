package dev.hale.io;

import dev.hale.scan.DataException;
import dev.hale.scan.Grid;
import dev.hale.scan.Mask;
import dev.hale.scan.Scan;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Reads scans and masks from the files they are kept in, or from their bytes in memory: NIfTI
 * volumes, PNG and JPEG pictures.
 */
public final class ScanReader {
  private ScanReader() {}

  /**
   * Reads co-registered files as one scan, channels named after the files: the stem ({@code
   * FLAIR.nii.gz} gives FLAIR), or only the contrast where the stem ends in a known one ({@code
   * sub-01_FLAIR.nii.gz} gives FLAIR). T1c, T1ce, T1Gd, T1POST are different names.
   *
   * @param files NIfTI (.nii, .nii.gz), PNG or JPEG, at least one, all on the same grid
   * @return a scan named after what precedes the contrast in the first file's name, else (several
   *     files) after its folder, else after the file
   * @throws DataException if a file cannot be read, grids differ or two channels have one name
   */
  public static Scan read(List<Path> files) {
    return read(files, List.of());
  }

  /**
   * Like {@link #read(List)} with the channels named by the caller.
   *
   * @param names as many as the files have channels, in their order; empty to name them by file
   */
  public static Scan read(List<Path> files, List<String> names) {
    if (files.isEmpty()) {
      throw new DataException("no scan files given");
    }
    List<String> labels = files.stream().map(Path::toString).toList();
    return joined(name(files), labels, n -> readOne(files.get(n)), names);
  }

  /**
   * Reads an image that is in memory as a scan, as {@link #read(List)} does.
   *
   * @param name of the file that it would be, see {@link ImageBytes}
   * @param bytes NIfTI, gzipped or not, PNG or JPEG; the content says which
   * @throws DataException if it cannot be read; the message begins with the name
   */
  public static Scan read(String name, byte[] bytes) {
    return readAll(List.of(new ImageBytes(name, bytes)), List.of());
  }

  /** Likewise, from a stream, which is read to its end and stays open. */
  public static Scan read(String name, InputStream in) {
    return readAll(List.of(ImageBytes.of(name, in)), List.of());
  }

  /**
   * Reads co-registered images that are in memory as one scan.
   *
   * @param images at least one, all on the same grid
   * @param names as many as the images have channels, in their order; empty to name them as {@link
   *     #read(List)} does
   * @return a scan named after what precedes the contrast in the first image's name, else (several
   *     images) after the folder that is named before it, if one is, else after the image
   * @throws DataException as {@link #read(List)}
   */
  public static Scan readAll(List<ImageBytes> images, List<String> names) {
    if (images.isEmpty()) {
      throw new DataException("no images given");
    }
    List<String> labels = images.stream().map(ImageBytes::name).toList();
    return joined(nameOf(images), labels, n -> readOne(images.get(n)), names);
  }

  /** One scan of images that are read one by one, the n-th by its place. */
  private static Scan joined(
      String name, List<String> labels, IntFunction<Scan> reader, List<String> names) {
    List<Scan> parts = new ArrayList<>();
    List<String> channels = new ArrayList<>();
    long values = 0;
    for (int n = 0; n < labels.size(); n++) {
      Scan part = reader.apply(n);
      Grid first = parts.isEmpty() ? part.grid() : parts.get(0).grid();
      part.grid().requireCoincident(labels.get(n), first, labels.get(0));
      parts.add(part);
      channels.addAll(part.channels());
      values += part.voxels().length;
    }
    if (!names.isEmpty()) {
      if (names.size() != channels.size()) {
        throw new DataException(
            "%d channel names (%s) for %d channels (%s)"
                .formatted(
                    names.size(),
                    String.join(", ", names),
                    channels.size(),
                    String.join(", ", channels)));
      }
      channels = List.copyOf(names);
    }
    requireDistinct(channels, labels.get(0));
    if (values > Integer.MAX_VALUE - 16) {
      throw new DataException(
          "%s and the others together have too many voxels".formatted(labels.get(0)));
    }
    float[] voxels = new float[(int) values];
    int at = 0;
    for (Scan part : parts) {
      System.arraycopy(part.voxels(), 0, voxels, at, part.voxels().length);
      at += part.voxels().length;
    }
    return new Scan(name, channels, parts.get(0).grid(), voxels);
  }

  /**
   * Reads a mask: of labels every one above 0, of a soft mask what exceeds half of its largest
   * value. One that is stored mirrored, or lies less than half a voxel aside, is put in place.
   *
   * @param file with one channel
   * @param grid that it must lie on
   * @param gridName what has that grid, for messages
   * @throws DataException if it cannot be read, lies elsewhere, or its numbers are no mask's
   */
  public static Mask readMask(Path file, Grid grid, String gridName) {
    return mask(file.toString(), readOne(file), grid, gridName);
  }

  /** As {@link #readMask(Path, Grid, String)}, of an image that is in memory. */
  public static Mask readMask(ImageBytes image, Grid grid, String gridName) {
    return mask(image.name(), readOne(image), grid, gridName);
  }

  private static Mask mask(String name, Scan image, Grid grid, String gridName) {
    return Mask.on(grid, gridName, name, image, 0);
  }

  /** The files that hold an image: the file itself, or both halves of an .hdr/.img pair. */
  public static List<Path> filesOf(Path file) {
    if (!FilePair.isHalf(file)) {
      return List.of(file);
    }
    Nifti.requireFile(file);
    FilePair pair = FilePair.of(file);
    return List.of(pair.header(), pair.voxels());
  }

  private static Scan readOne(ImageBytes image) {
    return Picture.begins(image.bytes()) || Picture.isNamed(image.fileName())
        ? Picture.read(image)
        : Nifti.read(image);
  }

  private static Scan readOne(Path file) {
    String name = file.getFileName() == null ? "" : file.getFileName().toString();
    if (FileNames.endsWith(name, ".nii.gz") || FileNames.endsWith(name, ".nii")) {
      return Nifti.read(file);
    }
    if (Picture.isNamed(name)) {
      return Picture.read(file);
    }
    if (NoImage.isThere(file)) {
      Nifti.requireFile(file);
    }
    if (FilePair.isHalf(file)) {
      return Nifti.read(file);
    }
    throw new DataException(
        file + ": unknown kind of file, expected .nii, .nii.gz, .hdr, .png, .jpg or .jpeg");
  }

  private static void requireDistinct(List<String> channels, String file) {
    Set<String> seen = new HashSet<>();
    for (String channel : channels) {
      if (!seen.add(channel.toLowerCase(Locale.ROOT))) {
        throw new DataException(
            "two channels are named %s (%s, …); name them yourself".formatted(channel, file));
      }
    }
  }

  private static String name(List<Path> files) {
    Path first = files.get(0);
    String subject = FileNames.subject(first);
    Path folder = first.toAbsolutePath().getParent();
    if (!subject.isEmpty()) {
      return subject;
    }
    return files.size() > 1 && folder.getFileName() != null
        ? folder.getFileName().toString()
        : FileNames.stem(first);
  }

  private static String nameOf(List<ImageBytes> images) {
    ImageBytes first = images.get(0);
    String subject = FileNames.subject(first.fileName());
    if (!subject.isEmpty()) {
      return subject;
    }
    String folder = first.folderName();
    return images.size() > 1 && !folder.isEmpty() ? folder : FileNames.stem(first.fileName());
  }
}
