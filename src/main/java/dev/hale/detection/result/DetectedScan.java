package dev.hale.detection.result;

import dev.hale.detection.AnomalyDetector;
import dev.hale.io.AtomicFile;
import dev.hale.io.AtomicFolder;
import dev.hale.io.Nifti;
import dev.hale.io.Picture;
import dev.hale.io.PortableName;
import dev.hale.scan.AnomalyMap;
import dev.hale.scan.Axis;
import dev.hale.scan.DataException;
import dev.hale.scan.Grid;
import dev.hale.scan.Scan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * One scan with what was detected in it, and how that becomes the folder that {@code hale detect}
 * writes:
 *
 * <pre>{@code
 * AnomalyMap found = detector.detect(scan);
 * DetectedScan.of(detector, scan, found).write(Path.of("out/subject-1"));
 * }</pre>
 *
 * @param input what was looked at
 * @param result what was found
 * @param axis across which the model's slices lie
 * @param slices that the model saw; null where nobody counted
 * @param readSeconds what reading took; null where nobody looked
 * @param detectSeconds what detecting took; null where nobody looked
 */
public record DetectedScan(
    ScanInput input,
    AnomalyMap result,
    Axis axis,
    Integer slices,
    Double readSeconds,
    Double detectSeconds) {
  public DetectedScan {
    input.scan().grid().requireCoincident("the scan", result.grid(), "its map");
  }

  /**
   * What a detector has found in a scan whose brain it has found itself.
   *
   * @throws dev.hale.scan.DataException where the map is not on the scan's grid
   */
  public static DetectedScan of(AnomalyDetector detector, Scan scan, AnomalyMap result) {
    return of(detector, ScanInput.of(scan, detector.wanted()), result);
  }

  /** Likewise, where more is known of the scan: its brain, or the files that it was made from. */
  public static DetectedScan of(AnomalyDetector detector, ScanInput input, AnomalyMap result) {
    return new DetectedScan(input, result, detector.axis(), null, null, null);
  }

  /** What came of writing a file; one of the two is null. */
  private record Attempt(OutputFile file, RuntimeException failure) {}

  /** One of the files, and how it is written. */
  private record Output(String name, Consumer<Path> writer) {
    Attempt attempt(Path folder) {
      try {
        Path file = folder.resolve(name);
        writer.accept(file);
        return new Attempt(OutputFile.of(file), null);
      } catch (RuntimeException e) {
        return new Attempt(null, e);
      }
    }
  }

  /**
   * Writes the folder, whole or not at all: {@code map.nii.gz} (float32), {@code mask.nii.gz}
   * (uint8), {@code healthy_CHANNEL.nii.gz} (float32), where there are several healthy images
   * {@code uncertainty.nii.gz} (float32), {@code lesions.tsv}, {@code montage.png} and, for a scan
   * kept in pictures, PNG twins of the images; last of all {@code detection.json}.
   *
   * @param folder is made, its parents too; where it holds a result, that is replaced
   * @return what {@code detection.json} says
   * @throws dev.hale.scan.DataException where it cannot be written, or something else is there
   */
  public DetectionRecord write(Path folder) {
    if (Files.exists(folder) && !DetectionRecord.isIn(folder)) {
      throw new DataException(
          "%s is there already and is no result of hale; write elsewhere".formatted(folder));
    }
    DetectionRecord[] record = new DetectionRecord[1];
    AtomicFolder.write(folder, partial -> record[0] = writeInto(partial));
    return record[0];
  }

  /**
   * Writes the files into a folder that is there, one by one, for who adds to them before the
   * folder appears. The images side by side: one after another they would take longer than a GPU
   * takes to detect.
   */
  public DetectionRecord writeInto(Path folder) throws IOException {
    long start = System.nanoTime();
    List<Output> outputs = outputs();
    // All have ended before a failure is told: whoever hears of it deletes the folder.
    List<Attempt> attempts =
        outputs.parallelStream().map(output -> output.attempt(folder)).toList();
    List<RuntimeException> failures =
        attempts.stream().map(Attempt::failure).filter(Objects::nonNull).toList();
    if (!failures.isEmpty()) {
      failures.stream().skip(1).forEach(failures.get(0)::addSuppressed);
      throw failures.get(0);
    }
    List<OutputFile> written = attempts.stream().map(Attempt::file).toList();
    DetectionRecord record = record(written, (System.nanoTime() - start) / 1e9);
    record.write(folder);
    return record;
  }

  private List<Output> outputs() {
    Grid grid = input.scan().grid();
    List<Output> outputs = new ArrayList<>();
    outputs.add(new Output(DetectionRecord.MAP, file -> Nifti.writeMap(file, grid, result.map())));
    outputs.add(
        new Output(DetectionRecord.MASK, file -> Nifti.writeMask(file, grid, result.mask())));
    Scan healthy = result.reconstruction();
    for (int c = 0; healthy != null && c < healthy.channels().size(); c++) {
      float[] channel = healthy.channel(c);
      String name = DetectionRecord.healthyFile(healthy.channels().get(c));
      outputs.add(new Output(name, file -> Nifti.writeMap(file, grid, channel)));
    }
    if (result.uncertainty() != null) {
      outputs.add(
          new Output(
              "uncertainty.nii.gz", file -> Nifti.writeMap(file, grid, result.uncertainty())));
    }
    if (input.pictures()) {
      addPictures(outputs);
    }
    outputs.add(new Output(LesionTable.FILE, this::writeLesions));
    DetectionMontage montage =
        new DetectionMontage(input.scan(), input.brain().voxels(), result, axis, input.pictures());
    outputs.add(new Output("montage.png", file -> montage.montage().write(file)));
    return outputs;
  }

  private void writeLesions(Path file) {
    byte[] table =
        LesionTable.of(result.lesions(), input.pictures()).getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(file, out -> out.write(table));
  }

  /** The map with its highest value white, the mask black and white, the healthy image as it is. */
  private void addPictures(List<Output> outputs) {
    Grid grid = input.scan().grid();
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
    outputs.add(new Output("map.png", file -> Picture.write(file, grid, map, 65535)));
    outputs.add(new Output("mask.png", file -> Picture.write(file, grid, mask, 255)));
    Scan healthy = result.reconstruction();
    for (int c = 0; healthy != null && c < healthy.channels().size(); c++) {
      float[] channel = healthy.channel(c);
      int white = white(input.scan().channel(c));
      String name = "healthy_" + PortableName.of(healthy.channels().get(c)) + ".png";
      outputs.add(new Output(name, file -> Picture.write(file, grid, channel, white)));
    }
  }

  /** Of pictures with 8 or 16 bits, by the values that there are. */
  private static int white(float[] channel) {
    for (float value : channel) {
      if (value > 255) {
        return 65535;
      }
    }
    return 255;
  }

  private DetectionRecord record(List<OutputFile> written, double writeSeconds) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    put(seconds, "reading", readSeconds);
    put(seconds, "detecting", detectSeconds);
    put(seconds, "writing", writeSeconds);
    return new DetectionRecord(
        input.scan().name(),
        input.made().files(),
        input.made().brain(),
        input.made().brainSha256(),
        input.warnings(),
        result.imageScore(),
        result.threshold(),
        result.thresholdName(),
        input.pictures() ? null : millilitres(),
        slices,
        seconds,
        written,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        result.provenance());
  }

  private double millilitres() {
    double[] side = input.scan().grid().spacing();
    long voxels = 0;
    for (byte marked : result.mask()) {
      voxels += marked;
    }
    return voxels * side[0] * side[1] * side[2] / 1000;
  }

  private static void put(Map<String, Double> all, String part, Double seconds) {
    if (seconds != null) {
      all.put(part, Math.round(seconds * 1000) / 1000.0);
    }
  }
}
