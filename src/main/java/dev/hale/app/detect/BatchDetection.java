package dev.hale.app.detect;

import dev.hale.HaleException;
import dev.hale.app.detect.DetectionOutcome.Status;
import dev.hale.detection.AnomalyDetector;
import dev.hale.detection.result.DetectionRecord;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.DeviceException;
import dev.hale.io.Folders;
import dev.hale.io.PortableName;
import dev.hale.io.ScanFiles;
import dev.hale.scan.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * Detects in many scans and writes a folder for each, whole or not at all. A result that is there
 * already is kept; where it is not what would be made now, from the same bytes by the same model
 * and settings, or one of its files is not as it was written, that is a failure. What fails is
 * reported without keeping the others from being done.
 */
public final class BatchDetection {
  private final AnomalyDetector detector;
  private final BrainSource brains;
  private final Path out;
  private final boolean overwrite;
  private final Listener listener;

  /** Hears how far the batch is, on the thread that runs it. */
  public interface Listener extends DetectionPipeline.Listener {
    /** A scan was finished before; on which other device or version, if so. */
    void onSkipped(DetectionOutcome outcome, List<String> differences);

    /** A scan failed. */
    void onFailure(String name, Throwable error);
  }

  /**
   * A batch.
   *
   * @param detector who detects; stays the caller's
   * @param brains where the brain masks come from
   * @param out where each scan gets a folder of its name
   * @param overwrite whether to detect again in scans that have one
   */
  public BatchDetection(
      AnomalyDetector detector,
      BrainSource brains,
      Path out,
      boolean overwrite,
      Listener listener) {
    this.detector = detector;
    this.brains = brains;
    this.out = out;
    this.overwrite = overwrite;
    this.listener = listener;
  }

  /**
   * Detects in every scan. A scan that fails does not keep the others from being done; a model or
   * device that fails ends the batch; what was detected by then is still written.
   *
   * @return one outcome a scan, in order
   * @throws DataException where two scans cannot have a folder each
   * @throws CheckpointException if the model turns out unusable
   * @throws DeviceException if the device does
   * @throws CancellationException if this thread is interrupted
   */
  public List<DetectionOutcome> run(List<ScanFiles> scans) {
    PortableName.requireApart(scans.stream().map(ScanFiles::name).toList(), "scans");
    Folders.make(out);
    DetectionOutcome[] outcomes = new DetectionOutcome[scans.size()];
    List<Integer> pending = new ArrayList<>();
    for (int i = 0; i < outcomes.length; i++) {
      String obstacle = obstacle(scans.get(i));
      if (obstacle != null) {
        outcomes[i] = failed(scans.get(i).name(), new DataException(obstacle));
      } else if (!overwrite && DetectionRecord.isIn(folder(scans.get(i).name()))) {
        outcomes[i] = finished(scans.get(i));
      } else {
        pending.add(i);
      }
    }
    List<FileScan> sources = scans.stream().map(scan -> new FileScan(scan, brains)).toList();
    new DetectionPipeline(
            detector,
            source -> folder(source.name()),
            listener,
            (source, error) -> failed(source.name(), error))
        .run(sources, pending, outcomes);
    return List.of(outcomes);
  }

  /** Only results of hale are ever replaced, and never the folder that holds the scan. */
  private String obstacle(ScanFiles files) {
    Path folder = folder(files.name()).toAbsolutePath().normalize();
    boolean holdsInput =
        files.files().stream().anyMatch(f -> f.toAbsolutePath().normalize().startsWith(folder));
    if (holdsInput || (Files.exists(folder) && !DetectionRecord.isIn(folder))) {
      return "%s is there already and is no result of hale; write elsewhere".formatted(folder);
    }
    return null;
  }

  private Path folder(String name) {
    return out.resolve(PortableName.of(name));
  }

  /** Skips a scan whose result is there, unless it was made from other files or otherwise. */
  private DetectionOutcome finished(ScanFiles files) {
    try {
      DetectionRecord record = DetectionRecord.read(folder(files.name()));
      List<String> other = new ArrayList<>(record.otherSettings(detector.provenance()));
      other.addAll(FileInputs.differences(record.madeFrom(), files, brains));
      if (!other.isEmpty()) {
        throw new DataException(
            "%s holds another result (%s); choose another --out, or --overwrite to replace it"
                .formatted(folder(files.name()), String.join("; ", other)));
      }
      List<String> damage = record.damage(folder(files.name()));
      if (!damage.isEmpty()) {
        throw new DataException(
            "%s is not as it was written (%s); choose another --out, or --overwrite to detect again"
                .formatted(folder(files.name()), String.join("; ", damage)));
      }
      DetectionOutcome outcome = DetectionOutcome.of(Status.SKIPPED, folder(files.name()), record);
      listener.onSkipped(outcome, record.otherSurroundings(detector.provenance()));
      return outcome;
    } catch (DataException e) {
      return failed(files.name(), e);
    }
  }

  /** Goes on with the next scan, unless what failed would fail for every scan. */
  private DetectionOutcome failed(String name, Throwable error) {
    if (error instanceof CheckpointException model) {
      throw model;
    } else if (error instanceof DeviceException device) {
      throw device;
    } else if (error instanceof LinkageError library) {
      throw library;
    }
    listener.onFailure(name, error);
    return DetectionOutcome.failed(name, reason(error));
  }

  /** What was wrong with a scan, in one line. */
  static String reason(Throwable error) {
    if (error instanceof OutOfMemoryError) {
      return "out of memory: %s; give Java more (-Xmx8g), or let it be smaller"
          .formatted(error.getMessage());
    } else if (error instanceof HaleException && error.getMessage() != null) {
      return error.getMessage();
    }
    return error.getClass().getSimpleName()
        + (error.getMessage() == null ? "" : ": " + error.getMessage());
  }
}
