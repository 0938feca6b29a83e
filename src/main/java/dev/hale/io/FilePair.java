package dev.hale.io;

import java.nio.file.Path;
import java.util.List;

/**
 * The two files of an image that is no single one, {@code .hdr} and {@code .img}, each gzipped or
 * not: a NIfTI image or one of ANALYZE 7.5.
 *
 * @param header null where it is not there
 * @param voxels null where they are not there
 */
record FilePair(Path header, Path voxels) {
  private static final List<String> HEADERS = List.of(".hdr", ".hdr.gz");
  private static final List<String> VOXELS = List.of(".img", ".img.gz");

  /** The endings of both, headers first. */
  static final List<String> EXTENSIONS = List.of(".hdr", ".hdr.gz", ".img", ".img.gz");

  /** Whether a file is named like one of two. */
  static boolean isHalf(Path file) {
    String name = file.getFileName().toString();
    return EXTENSIONS.stream().anyMatch(end -> FileNames.endsWith(name, end));
  }

  /** The pair that a file is half of. */
  static FilePair of(Path half) {
    Path folder = half.toAbsolutePath().getParent();
    String stem = FileNames.stem(half);
    return isOneOf(HEADERS, half)
        ? new FilePair(half, FileNames.first(folder, stem, VOXELS))
        : new FilePair(FileNames.first(folder, stem, HEADERS), half);
  }

  private static boolean isOneOf(List<String> endings, Path file) {
    String name = file.getFileName().toString();
    return endings.stream().anyMatch(end -> FileNames.endsWith(name, end));
  }

  /** What is missing of it, by its name; null where it is whole. */
  String missing() {
    Path there = header == null ? voxels : header;
    String stem = FileNames.stem(there);
    return header == null ? stem + HEADERS.get(0) : voxels == null ? stem + VOXELS.get(0) : null;
  }
}
