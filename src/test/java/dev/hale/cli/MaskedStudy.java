package dev.hale.cli;

import dev.hale.io.Nifti;
import dev.hale.scan.Grid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Made-up heads with a bright spot, and their masks in whatever numbers a test wants. */
record MaskedStudy(Path folder) {
  static final Grid GRID = Grid.ofSpacing(32, 32, 3, 5, 5, 5);

  /** Where the spot is, 0 or 1: on slices 1 and 2. */
  static byte[] lesion() {
    return disc(21, 19, 5, 1);
  }

  static byte[] brain() {
    return disc(16, 16, 13, 0);
  }

  private static byte[] disc(int x, int y, int radius, int firstSlice) {
    byte[] disc = new byte[GRID.size()];
    for (int v = 0; v < disc.length; v++) {
      int dx = v % 32 - x;
      int dy = v / 32 % 32 - y;
      boolean inside = dx * dx + dy * dy < radius * radius && v / (32 * 32) >= firstSlice;
      disc[v] = (byte) (inside ? 1 : 0);
    }
    return disc;
  }

  /** Writes a subject's FLAIR, and T1. */
  Path subject(String name) throws IOException {
    Path place = Files.createDirectories(folder.resolve(name));
    byte[] lesion = lesion();
    byte[] brain = brain();
    float[] voxels = new float[GRID.size()];
    for (int v = 0; v < voxels.length; v++) {
      voxels[v] = brain[v] == 0 ? 0 : 300 + v * 7919 % 40 + 400 * lesion[v];
    }
    Nifti.writeMap(place.resolve("FLAIR.nii.gz"), GRID, voxels);
    Nifti.writeMap(place.resolve("T1.nii.gz"), GRID, voxels);
    return place;
  }

  /** Writes a mask times a number, as float32. */
  static Path times(float factor, byte[] mask, Path file) {
    float[] values = new float[mask.length];
    for (int v = 0; v < values.length; v++) {
      values[v] = factor * mask[v];
    }
    Nifti.writeMap(file, GRID, values);
    return file;
  }

  /** Writes a mask of 0 and 1, as uint8, with a scl_slope. */
  static Path scaled(float slope, byte[] mask, Path file) throws IOException {
    Nifti.writeMask(file, GRID, mask);
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(112, slope).putFloat(116, 0);
    return Files.write(file, bytes);
  }

  /** Four subjects whose lesions are 1, 1/255 by a left-over slope, 0.4, and -1. */
  void write() throws IOException {
    times(1, lesion(), subject("plain").resolve("lesion.nii.gz"));
    scaled(1 / 255f, lesion(), subject("slope").resolve("lesion.nii"));
    times(0.4f, lesion(), subject("soft").resolve("lesion.nii.gz"));
    times(-1, lesion(), subject("negative").resolve("lesion.nii.gz"));
  }
}
