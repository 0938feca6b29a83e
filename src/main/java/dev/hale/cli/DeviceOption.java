package dev.hale.cli;

import dev.hale.engine.Device;
import picocli.CommandLine.Option;

/** Where networks compute. */
final class DeviceOption {
  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "cpu",
      description = "cpu, cuda or cuda:N. Default: ${DEFAULT-VALUE}.")
  String name;

  /**
   * The device that is named.
   *
   * @throws dev.hale.engine.DeviceException if the name is that of none; whether it is there is not
   *     looked at
   */
  Device named() {
    return Device.parse(name);
  }
}
