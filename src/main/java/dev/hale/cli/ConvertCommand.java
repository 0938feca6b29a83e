package dev.hale.cli;

import dev.hale.engine.CheckpointConversion;
import dev.hale.engine.WeightFormat;
import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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
        "Reads a PyTorch state dict (.pt, .pth, as torch.save writes it) without running any code"
            + " in it, or a safetensors file, and writes safetensors. Names stay as they are, but"
            + " for a leading \"module.\".",
    footer = {
      "  hale convert brats.pt brats.safetensors --config brats.json",
      "  hale convert diffusion.safetensors small.safetensors --format f16"
    })
final class ConvertCommand implements Callable<Integer> {
  @Mixin Output output;

  @Parameters(index = "0", paramLabel = "IN", description = "The checkpoint to read.")
  Path in;

  @Parameters(index = "1", paramLabel = "OUT", description = "The safetensors file to write.")
  Path out;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "Number format of the weights: f32, f16 or bf16. Default: as they are.")
  String format;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "A JSON file with the architecture (as in the config of hale's own models), to travel with"
              + " the weights.")
  Path config;

  @Override
  public Integer call() {
    CheckpointConversion.Summary summary =
        new CheckpointConversion(
                Optional.ofNullable(format).map(WeightFormat::parse),
                Optional.ofNullable(config).map(ConvertCommand::text))
            .convert(in, out);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("file", out);
    result.put("tensors", summary.tensors());
    result.put("numbers", summary.numbers());
    output.print(
        result,
        () ->
            "Wrote %s: %d tensors, %,d numbers"
                .formatted(out, summary.tensors(), summary.numbers()));
    return ExitCode.OK.code();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new DataException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }
}
