package dev.hale.cli;

import dev.hale.app.detect.BatchAttribution;

/** Shows how many scans are attributed. */
final class AttributionProgress implements BatchAttribution.Listener, AutoCloseable {
  private final Output output;
  private final Progress progress;
  private final int scans;

  AttributionProgress(Output output, int scans) {
    this.output = output;
    this.scans = scans;
    progress = output.progress("Attributing", scans, "scans");
  }

  @Override
  public void onSlices(int scan, double done, int total) {
    progress.moveTo(scan + done / total, scans);
  }

  @Override
  public void onFailure(String name, Throwable error) {
    progress.note("%s failed".formatted(name));
    output.trace(error);
  }

  @Override
  public void close() {
    progress.close();
  }
}
