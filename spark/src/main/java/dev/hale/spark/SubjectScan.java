package dev.hale.spark;

import dev.hale.app.detect.ScanSource;
import dev.hale.detection.result.DetectionRecord;
import dev.hale.detection.result.ScanInput;
import dev.hale.scan.AnomalyMap;
import dev.hale.scan.WantedChannels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Supplier;

/** A subject of a task on its way: fetched when it is read, committed as soon as it is written. */
final class SubjectScan implements ScanSource {
  private final String name;
  private final Supplier<SubjectImages> fetch;
  private final Commit commit;
  private volatile Written written;
  private volatile Throwable error;

  /**
   * What was found.
   *
   * @param lesions how many were marked
   * @param first not where another attempt's results were there before
   */
  record Written(DetectionRecord record, int lesions, boolean first) {}

  /** Makes results appear. */
  @FunctionalInterface
  interface Commit {
    /** Whether they were the first. */
    boolean of(Path complete) throws IOException;
  }

  /** Nothing is fetched yet. */
  SubjectScan(String name, Supplier<SubjectImages> fetch, Commit commit) {
    this.name = name;
    this.fetch = fetch;
    this.commit = commit;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ScanInput read(WantedChannels channels) {
    return fetch.get().input(channels);
  }

  /** Here it is complete, and not yet cleared away with the task's other files. */
  @Override
  public void add(Path folder, AnomalyMap found, DetectionRecord record) {
    try {
      written = new Written(record, found.lesions().size(), commit.of(folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // not the subject's fault: the task fails
    }
  }

  void fail(Throwable reason) {
    error = reason;
  }

  /** Null where it failed. */
  Written written() {
    return written;
  }

  /** Why it failed; null where it did not. */
  Throwable error() {
    return error;
  }
}
