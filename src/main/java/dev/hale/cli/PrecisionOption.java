package dev.hale.cli;

import dev.hale.detection.DetectorOptions;
import dev.hale.engine.Device;
import dev.hale.engine.Precision;
import picocli.CommandLine.Option;

/** In which numbers networks compute. */
final class PrecisionOption {
  @Option(
      names = "--precision",
      paramLabel = "FORMAT",
      defaultValue = "float32",
      description =
          "float32 or bf16, of the networks; float32 where bf16 would not be quicker. Default:"
              + " ${DEFAULT-VALUE}.")
  Precision precision;

  /** A detector's options on a device, otherwise as usual. */
  DetectorOptions on(Device device) {
    DetectorOptions usual = DetectorOptions.on(device);
    return new DetectorOptions(device, precision, usual.batchSize(), usual.seed());
  }
}
