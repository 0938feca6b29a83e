package dev.hale.spark;

import dev.hale.app.detect.DetectionOutcome;
import dev.hale.app.detect.DetectionPipeline;
import dev.hale.app.detect.ScanSource;
import dev.hale.detection.result.DetectionRecord;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.DeviceException;
import dev.hale.io.PortableName;
import dev.hale.scan.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * The subjects of one task, one after the other through one series, so that their slices fill
 * common batches. A subject that fails is a line of the table; what fails for every subject, or for
 * want of memory, ends the task, and Spark tries it again.
 */
final class TaskBatch {
  private final DetectionJob job;
  private final SharedDetector shared;
  private final ResultStore store;
  private final Configuration hadoop;
  private final Path temporary;
  private final String attempt;

  /**
   * For one run.
   *
   * @param temporary a folder of this machine's, empty
   * @param attempt unlike any other task attempt's name
   */
  TaskBatch(
      DetectionJob job, SharedDetector shared, Configuration hadoop, Path temporary, String attempt)
      throws IOException {
    this.job = job;
    this.shared = shared;
    this.hadoop = hadoop;
    this.temporary = temporary;
    this.attempt = attempt;
    store = new ResultStore(job.out(), hadoop);
  }

  /** A line for each subject, in order. */
  List<DetectionRow> run(List<SubjectRow> subjects) throws IOException {
    DetectionRow[] rows = new DetectionRow[subjects.size()];
    List<Integer> pending = new ArrayList<>();
    List<SubjectScan> scans = new ArrayList<>();
    for (int s = 0; s < rows.length; s++) {
      SubjectRow subject = subjects.get(s);
      scans.add(scan(subject));
      try {
        if (store.isFinished(subject.getName())) {
          rows[s] = finished(subject);
        } else {
          pending.add(s);
        }
      } catch (DataException e) {
        rows[s] = DetectionRow.failed(subject.getName(), e, shared.sha256());
      }
    }
    new DetectionPipeline(
            shared.detector(),
            source -> temporary.resolve(PortableName.of(source.name())),
            (scan, done, total) -> {},
            TaskBatch::failed)
        .run(scans, pending, new DetectionOutcome[rows.length]);
    for (int s : pending) {
      rows[s] = row(scans.get(s));
    }
    return List.of(rows);
  }

  private SubjectScan scan(SubjectRow subject) {
    return new SubjectScan(
        subject.getName(),
        () -> images(subject),
        complete -> store.commit(subject.getName(), complete, attempt));
  }

  private SubjectImages images(SubjectRow subject) {
    return SubjectImages.fetch(subject, job.brain(), hadoop);
  }

  private DetectionRow row(SubjectScan scan) throws IOException {
    SubjectScan.Written written = scan.written();
    if (scan.error() != null) {
      return DetectionRow.failed(scan.name(), scan.error(), shared.sha256());
    }
    return written.first()
        ? DetectionRow.of(written.record(), DetectionRow.DONE, written.lesions(), shared.sha256())
        : skipped(fetched(scan.name()));
  }

  /**
   * Of a subject whose results are there.
   *
   * @throws DataException if other files, models or settings made them
   */
  private DetectionRow finished(SubjectRow subject) throws IOException {
    Path folder = fetched(subject.getName());
    DetectionRecord record = DetectionRecord.read(folder);
    List<String> other = new ArrayList<>(record.otherSettings(shared.detector().provenance()));
    other.addAll(images(subject).differences(record.madeFrom()));
    if (!other.isEmpty()) {
      throw new DataException(
          "%s holds another result (%s); choose another folder, or delete it"
              .formatted(store.folder(subject.getName()), String.join("; ", other)));
    }
    return skipped(folder);
  }

  private Path fetched(String subject) throws IOException {
    Path folder = Files.createDirectory(temporary.resolve(".found-" + UUID.randomUUID()));
    store.fetch(subject, folder);
    return folder;
  }

  private DetectionRow skipped(Path folder) throws IOException {
    try (Stream<String> lines = Files.lines(folder.resolve(ResultStore.LESIONS))) {
      int lesions = (int) lines.count() - 1; // a header, and a line for each
      return DetectionRow.of(
          DetectionRecord.read(folder), DetectionRow.SKIPPED, lesions, shared.sha256());
    }
  }

  /** Throws what is not the subject's fault. */
  private static DetectionOutcome failed(ScanSource scan, Throwable error) {
    if (error instanceof CheckpointException model) {
      throw model;
    } else if (error instanceof DeviceException device) {
      throw device;
    } else if (error instanceof UncheckedIOException output) {
      throw output;
    } else if (error instanceof Error fatal) {
      throw fatal;
    }
    ((SubjectScan) scan).fail(error);
    return null; // the line is made of the scan
  }
}
