package dev.hale.app.detect;

import dev.hale.detection.result.DetectionInputs;
import dev.hale.detection.result.ScanInput;
import dev.hale.io.ScanFiles;
import dev.hale.scan.Scan;
import dev.hale.scan.WantedChannels;

/**
 * A scan in files.
 *
 * @param brains where its brain mask comes from
 */
record FileScan(ScanFiles files, BrainSource brains) implements ScanSource {
  @Override
  public String name() {
    return files.name();
  }

  @Override
  public ScanInput read(WantedChannels channels) {
    files.requireChannels(channels);
    // Before they are read: of a file that changes meanwhile, the record must not hold the new
    // hash.
    DetectionInputs made = FileInputs.of(files, brains);
    Scan scan = channels.of(files.read(channels));
    return new ScanInput(scan, brains.of(files, scan), made, files.pictures());
  }
}
