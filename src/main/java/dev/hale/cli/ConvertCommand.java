package dev.hale.cli;

import dev.hale.engine.CheckpointConversion;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.WeightFormat;
import dev.hale.io.FileFailure;
import dev.hale.model.NetworkFile;
import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Turns a PyTorch state dict into safetensors, or changes the format of weights. */
@Command(
    name = "convert",
    header = "turn a PyTorch checkpoint into safetensors",
    description =
        "Reads a PyTorch checkpoint (.pt, .pth, .ckpt, as torch.save writes it) without running"
            + " any code in it, or a safetensors file, and writes safetensors. Of a checkpoint that"
            + " holds more than weights it takes the weights. Prefixes that wrappers put in front"
            + " of all names come off: \"module.\", \"_orig_mod.\", \"model.\". The result says what"
            + " was taken, taken off and left out.",
    footer = {
      "  hale convert brats.pt brats.safetensors --config brats.json",
      "  hale convert training.pt average.safetensors --key ema",
      "  hale convert gan.ckpt critic.safetensors --strip-prefix discriminator.",
      "  hale convert diffusion.safetensors small.safetensors --format f16"
    })
final class ConvertCommand implements Callable<Integer> {
  private static final int SHOWN = 5;

  @Mixin Output output;

  @Parameters(index = "0", paramLabel = "IN", description = "The checkpoint to read.")
  Path in;

  @Parameters(index = "1", paramLabel = "OUT", description = "The safetensors file to write.")
  Path out;

  @Option(
      names = "--key",
      paramLabel = "NAME",
      description =
          "Take this dict of tensors of a checkpoint that holds several, such as ema; with dots"
              + " where dicts lie within dicts. Default: the one of a usual name, such as"
              + " state_dict or model, or the only one.")
  String key;

  @Option(
      names = "--strip-prefix",
      paramLabel = "PREFIX",
      description =
          "Take only the tensors whose names begin with this, and take it off; its last dot may be"
              + " left out. \"\" leaves all names as they are. Default: wrappers' prefixes that"
              + " every tensor has.")
  String prefix;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "Number format of the weights: f32, f16 or bf16. Default: as they are.")
  WeightFormat format;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "A JSON file with the architecture (as in the config of hale's own models), to travel with"
              + " the weights.")
  Path config;

  @Override
  public Integer call() {
    CheckpointConversion.Summary summary = conversion().convert(in, out);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("file", out);
    result.put("tensors", summary.tensors());
    result.put("numbers", summary.numbers());
    result.put("key", summary.key());
    result.put("otherKeys", summary.otherKeys());
    result.put("prefixes", summary.prefixes());
    result.put("leftOut", summary.leftOut());
    result.put("notFinite", summary.notFinite());
    output.print(result, () -> text(summary));
    if (!summary.notFinite().isEmpty()) {
      output.warn(
          "NaN or infinite numbers in %s: hale opens no network with such weights"
              .formatted(listed(summary.notFinite())));
    } else if (config != null) {
      warnOfMisfit();
    }
    return ExitCode.OK.code();
  }

  /** What calibration would say of it first, said while the checkpoint is at hand. */
  private void warnOfMisfit() {
    try {
      NetworkFile.read(out).close();
    } catch (CheckpointException e) {
      output.warn(e.getMessage());
    }
  }

  private CheckpointConversion conversion() {
    try {
      return new CheckpointConversion(
          Optional.ofNullable(key),
          Optional.ofNullable(prefix),
          Optional.ofNullable(format),
          Optional.ofNullable(config).map(ConvertCommand::text));
    } catch (CheckpointException e) { // of the configuration, which is no model file
      throw new DataException("%s: %s".formatted(config, e.getMessage()), e);
    }
  }

  private String text(CheckpointConversion.Summary summary) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Wrote %s: %d tensors, %,d numbers".formatted(out, summary.tensors(), summary.numbers()));
    if (!summary.key().isEmpty()) {
      lines.add("Taken: " + summary.key());
    }
    if (!summary.otherKeys().isEmpty()) {
      lines.add(
          "Not taken: %s (to take it: --key %s)"
              .formatted(listed(summary.otherKeys()), summary.otherKeys().get(0)));
    }
    if (!summary.prefixes().isEmpty()) {
      lines.add("Taken off the names: " + listed(summary.prefixes()));
    }
    if (!summary.leftOut().isEmpty()) {
      lines.add("Left out: " + listed(summary.leftOut()));
    }
    return String.join("\n", lines);
  }

  private static String listed(List<String> names) {
    String more = names.size() > SHOWN ? " and %d more".formatted(names.size() - SHOWN) : "";
    return String.join(", ", names.subList(0, Math.min(SHOWN, names.size()))) + more;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw FileFailure.unreadable(file, e);
    }
  }
}
