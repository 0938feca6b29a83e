package dev.hale.cli;

import dev.hale.app.detect.BrainSource;
import dev.hale.app.sample.SampleRun;
import dev.hale.app.sample.SampleSet;
import dev.hale.app.sample.SampleSettings;
import dev.hale.app.sample.SampleSource;
import dev.hale.app.sample.ScanSlice;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.method.ImageSampler;
import dev.hale.engine.Device;
import dev.hale.picture.Montage.Orientation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows what a diffusion model has learned: images that it makes. */
@Command(
    name = "sample",
    header = "show images that a diffusion model makes",
    description = {
      "Makes images of noise by DDIM, or of a scan's slice that is noised, or those on the way"
          + " between two, and writes them as a grid of pictures (.png), as a NIfTI file (.nii.gz:"
          + " images are slices, channels volumes) or as an array [image, channel, row, column]"
          + " (.npy); into a folder, all three. Values lie in [-1, 1], as the model sees them. An"
          + " image follows from its seed alone, however many are made.",
      "",
      "Only a model that was trained at all noise levels can start from noise alone; one of the"
          + " lower levels starts from scans. See docs/howto/sample.md.",
      "",
      "With --json: model, files, noiseLevel, sampler, eta, slices (of scans), images (class,"
          + " steps, place) and consistency (class, steps, against, rmse)."
    },
    footer = {
      "  hale sample --model model --out samples",
      "  One class, the channel that shows it best:",
      "    hale sample --model model --class diseased --channels FLAIR --out grid.png",
      "  From one seed's image to another's, from one patient's slice to another's:",
      "    hale sample --model model --between 1,7 --out way.png",
      "    hale sample --model models/demo --between-scans a/ b/ --out way.png",
      "  What a slice might have been, from a noise level that keeps its outline:",
      "    hale sample --model models/demo --from a/ --noise-level 400 --out might.png",
      "  How many steps are enough:",
      "    hale sample --model model --consistency 10,20,50,100 --out steps.png"
    })
final class SampleCommand implements Callable<Integer> {
  private static final int DEFAULT_STEPS = 50;

  @Spec CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "MODEL",
      description = "A diffusion network's file, or the folder with diffusion.safetensors.")
  Path model;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE|DIR",
      description = "A .png, .nii, .nii.gz or .npy file, or a folder. Replaced if it is there.")
  Path out;

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      description = "healthy or diseased, of the same noise. Default: both, a row each.")
  String kind;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "8",
      description = "How many images of a class. Default: ${DEFAULT-VALUE}.")
  int count;

  @ArgGroup Source source = new Source();

  @Option(
      names = "--slice",
      paramLabel = "PLACE",
      description =
          "The scans' slice: its number, counted from Left, Posterior or Inferior, or its place,"
              + " such as 12.5mm. Default: the one that shows most brain.")
  String slice;

  @Option(
      names = "--brain",
      paramLabel = "WHERE",
      description =
          "The scans' brain: a mask file; the name, without extension, of a mask beside the scan's"
              + " files; find, whatever differs from the background; or whole, all of the image."
              + " Default: a mask called brain where there is one, else find.")
  String brain;

  @ArgGroup Steps steps = new Steps();

  @Option(
      names = "--noise-level",
      paramLabel = "L",
      description =
          "How far scans are noised or encoded, in training steps. Default: as far as the model has"
              + " learned.")
  Integer level;

  @Option(
      names = "--eta",
      paramLabel = "ETA",
      defaultValue = "0",
      description = "Noise on the way: 0 for DDIM, 1 as much as DDPM. Default: ${DEFAULT-VALUE}.")
  double eta;

  @Option(
      names = "--sampler",
      paramLabel = "NAME",
      defaultValue = "ddim",
      description =
          "How noise becomes an image: ddim, ddpm, which draws noise in each step, or one of"
              + " another jar. Default: ${DEFAULT-VALUE}.")
  String sampler;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the first image; the next have the next. Default: ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--channels",
      paramLabel = "NAME",
      split = ",",
      description = "Channels that the grid shows. Default: all.")
  List<String> channels = List.of();

  @Option(
      names = "--pictures",
      description =
          "The model was trained on pictures such as radiographs, whose first row is on top; that of"
              + " a volume's slice lies at the bottom of the grid.")
  boolean pictures;

  @Mixin PrecisionOption precision;

  @Mixin DeviceOption device;

  @Mixin ThreadsOption threads;

  @Mixin Output output;

  /** Where images come from; without any of these, from noise of each seed. */
  static final class Source {
    @Option(
        names = "--from",
        paramLabel = "SCAN",
        description = "Start from a scan's slice, noised: a folder with one scan, or a file of it.")
    Path from;

    @Option(
        names = "--between",
        paramLabel = "A,B",
        split = ",",
        description = "Go from one seed's noise to another's along the sphere (slerp).")
    List<Long> seeds;

    @Option(
        names = "--between-scans",
        paramLabel = "SCAN SCAN",
        arity = "2",
        description = "Go from one scan's slice to another's, both encoded to noise.")
    List<Path> scans;
  }

  /** One number of steps, or several to compare. */
  static final class Steps {
    @Option(
        names = "--steps",
        paramLabel = "S",
        description = "Steps of DDIM. Default: " + DEFAULT_STEPS + ".")
    int single = DEFAULT_STEPS;

    @Option(
        names = "--consistency",
        paramLabel = "S",
        split = ",",
        description =
            "Make the same images with each of these numbers of steps and print how far they are"
                + " from those of most steps (root mean square).")
    List<Integer> compared;
  }

  @Override
  public Integer call() {
    SampleSet.requireKnown(out);
    threads.apply();
    Device where = device.named();
    Path file = Files.isDirectory(model) ? model.resolve("diffusion.safetensors") : model;
    DetectorOptions options =
        new DetectorOptions(
            where, precision.precision, DetectorOptions.on(where).batchSize(), seed);
    try (ImageSampler images = ImageSampler.open(file, options)) {
      List<String> shown = shown(images.preprocessing().channels());
      SampleRun run = run(images);
      SampleSet made;
      try (Progress progress = output.progress("Sampling", run.images(), "images")) {
        made = run.run(progress::moveTo);
      }
      boolean stored = pictures || made.slices().stream().anyMatch(ScanSlice.Image::picture);
      List<Path> files =
          made.write(out, shown, stored ? Orientation.AS_STORED : Orientation.HEAD_UP);
      SampleReport report = new SampleReport(file, sampler, eta, made, files);
      output.print(report.document(), report::text);
      output.warn(made.slices().stream().flatMap(read -> read.warnings().stream()));
    }
    return ExitCode.OK.code();
  }

  private List<String> shown(List<String> known) {
    for (String channel : channels) {
      if (!known.contains(channel)) {
        throw usage(
            "the model has no channel %s; choose from %s"
                .formatted(channel, String.join(", ", known)));
      }
    }
    return channels.isEmpty() ? known : channels;
  }

  private SampleRun run(ImageSampler images) {
    try {
      return new SampleRun(
          images,
          new SampleSettings(
              source(),
              Optional.ofNullable(kind),
              count,
              steps.compared == null ? List.of(steps.single) : steps.compared,
              level == null ? OptionalInt.empty() : OptionalInt.of(level),
              sampler,
              eta,
              seed));
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }

  private SampleSource source() {
    if (source.from != null) {
      return new SampleSource.Noised(slice(source.from));
    } else if (source.scans != null) {
      return new SampleSource.BetweenScans(slice(source.scans.get(0)), slice(source.scans.get(1)));
    } else if (slice != null || brain != null) {
      throw usage("--slice and --brain are of scans: --from or --between-scans");
    } else if (source.seeds == null) {
      return new SampleSource.Noise();
    } else if (source.seeds.size() != 2) {
      throw usage("--between takes two seeds, such as 1,7, not " + source.seeds);
    }
    return new SampleSource.BetweenSeeds(source.seeds.get(0), source.seeds.get(1));
  }

  private ScanSlice slice(Path scan) {
    return new ScanSlice(
        scan, Optional.ofNullable(slice), Optional.ofNullable(brain).map(BrainSource::named));
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
