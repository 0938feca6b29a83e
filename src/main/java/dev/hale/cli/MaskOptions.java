package dev.hale.cli;

import picocli.CommandLine.Option;

/** Options that name a subject's mask files. */
final class MaskOptions {
  private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";

  @Option(
      names = "--lesion",
      paramLabel = "STEM",
      defaultValue = "lesion",
      description = "File name, without extension, of the lesion masks." + DEFAULT)
  String lesion;

  @Option(
      names = "--brain",
      paramLabel = "STEM",
      defaultValue = "brain",
      description =
          "File name, without extension, of the brain masks; a subject without one has its brain"
              + " found."
              + DEFAULT)
  String brain;
}
