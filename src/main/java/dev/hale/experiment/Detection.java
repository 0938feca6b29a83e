package dev.hale.experiment;

import dev.hale.data.AnomalyMap;
import dev.hale.data.Axis;
import dev.hale.data.Grid;
import dev.hale.data.Nifti;
import dev.hale.data.Picture;
import dev.hale.data.Scan;
import dev.hale.data.ScanFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One scan with what was detected in it, and how that becomes files.
 *
 * @param files where the scan was read
 * @param scan the model's channels
 * @param brain where was looked
 * @param result what was found
 * @param axis across which the model's slices lie
 * @param slices that the model saw
 * @param readSeconds what reading took
 * @param detectSeconds what detecting took
 */
record Detection(
    ScanFiles files,
    Scan scan,
    BrainSource.Brain brain,
    AnomalyMap result,
    Axis axis,
    int slices,
    double readSeconds,
    double detectSeconds) {

  /**
   * Writes {@code map.nii.gz} (float32), {@code mask.nii.gz} (uint8), {@code
   * healthy_CHANNEL.nii.gz} (float32), {@code montage.png} and, for a scan kept in pictures, PNG
   * twins of the images; last of all {@code detection.json}.
   */
  DetectionRecord write(Path folder) throws IOException {
    long start = System.nanoTime();
    List<String> written = new ArrayList<>();
    Nifti.writeMap(next(folder, "map.nii.gz", written), scan.grid(), result.map());
    Nifti.writeMask(next(folder, "mask.nii.gz", written), scan.grid(), result.mask());
    Scan healthy = result.reconstruction();
    for (int c = 0; healthy != null && c < healthy.channels().size(); c++) {
      String name = "healthy_" + fileName(healthy.channels().get(c)) + ".nii.gz";
      Nifti.writeMap(next(folder, name, written), scan.grid(), healthy.channel(c));
    }
    if (files.pictures()) {
      writePictures(folder, written);
    }
    new DetectionMontage(scan, brain.mask(), result, axis, files.pictures())
        .montage()
        .write(next(folder, "montage.png", written));
    DetectionRecord record = record(written, (System.nanoTime() - start) / 1e9);
    record.write(folder);
    return record;
  }

  /** The map with its highest value white, the mask black and white, the healthy image as it is. */
  private void writePictures(Path folder, List<String> written) {
    Grid grid = scan.grid();
    float highest = 0;
    for (float value : result.map()) {
      highest = Math.max(highest, value);
    }
    float[] map = new float[grid.size()];
    float[] mask = new float[grid.size()];
    for (int v = 0; v < map.length; v++) {
      map[v] = highest > 0 ? 65535 * result.map()[v] / highest : 0;
      mask[v] = 255 * result.mask()[v];
    }
    Picture.write(next(folder, "map.png", written), grid, map, 65535);
    Picture.write(next(folder, "mask.png", written), grid, mask, 255);
    Scan healthy = result.reconstruction();
    for (int c = 0; healthy != null && c < healthy.channels().size(); c++) {
      int white = 255;
      for (float value : scan.channel(c)) {
        white = value > 255 ? 65535 : white;
      }
      String name = "healthy_" + fileName(healthy.channels().get(c)) + ".png";
      Picture.write(next(folder, name, written), grid, healthy.channel(c), white);
    }
  }

  private DetectionRecord record(List<String> written, double writeSeconds) {
    Map<String, String> inputs = new LinkedHashMap<>();
    for (int f = 0; f < files.files().size(); f++) {
      String channel =
          files.files().size() == files.channels().size()
              ? files.channels().get(f)
              : String.join(",", files.channels());
      inputs.put(files.files().get(f).toString(), channel);
    }
    Map<String, Double> seconds = new LinkedHashMap<>();
    seconds.put("reading", rounded(readSeconds));
    seconds.put("detecting", rounded(detectSeconds));
    seconds.put("writing", rounded(writeSeconds));
    return new DetectionRecord(
        scan.name(),
        inputs,
        brain.origin(),
        result.imageScore(),
        result.threshold(),
        result.thresholdName(),
        files.pictures() ? null : millilitres(),
        slices,
        seconds,
        written,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        result.provenance());
  }

  private double millilitres() {
    double[] side = scan.grid().spacing();
    long voxels = 0;
    for (byte marked : result.mask()) {
      voxels += marked;
    }
    return voxels * side[0] * side[1] * side[2] / 1000;
  }

  private static double rounded(double seconds) {
    return Math.round(seconds * 1000) / 1000.0;
  }

  private static Path next(Path folder, String name, List<String> written) {
    written.add(name);
    return folder.resolve(name);
  }

  /** A channel's name with nothing in it that a file name cannot hold. */
  private static String fileName(String channel) {
    return channel.replaceAll("[^A-Za-z0-9._+-]", "_");
  }
}
