package dev.hale.cli;

import dev.hale.app.detect.BrainSource;
import dev.hale.io.NoImage;
import dev.hale.io.ScanFiles;
import dev.hale.io.ScanSearch;
import dev.hale.scan.WantedChannels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The scans that a command works on, and where their brains are. */
final class ScanInputs {
  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  @Parameters(
      arity = "1..*",
      paramLabel = "INPUT",
      description = "Files and folders, searched as said above.")
  List<Path> inputs;

  @Option(
      names = "--channels",
      paramLabel = "NAME",
      split = ",",
      description =
          "All INPUTs are files of one scan and show these channels, in this order, whatever they"
              + " are called. A 4-D NIfTI file counts as many as it has volumes.")
  List<String> channels = List.of();

  @Option(
      names = "--rename",
      paramLabel = "FILE=CHANNEL",
      split = ",",
      description =
          "What files are called where the model has another name for it, such as T1POST=T1c.")
  Map<String, String> renamed = new LinkedHashMap<>();

  @Option(
      names = "--brain",
      paramLabel = "WHERE",
      description =
          "The brain: a mask file for all scans; or the name, without extension, of a mask beside"
              + " each scan's files; or find, whatever differs from the background of a"
              + " skull-stripped scan; or whole, all of the image (radiographs). Default: the masks"
              + " called brain where every scan has one, else find. Of labels every value above 0 is"
              + " brain, of a soft mask what exceeds half of its largest value.")
  String brain;

  /** Throws where the options contradict each other. */
  void check() {
    if (!channels.isEmpty() && inputs.stream().anyMatch(Files::isDirectory)) {
      throw usage("--channels is for files; in folders, --rename says what files show");
    }
    if (!channels.isEmpty() && !renamed.isEmpty()) {
      throw usage("--channels already says what the files show; leave out --rename");
    }
  }

  /**
   * The scans.
   *
   * @param wanted the model's channels
   * @param out where results go; not searched
   * @param isResult whether a folder holds results, which are not searched either
   */
  List<ScanFiles> find(WantedChannels wanted, Path out, Predicate<Path> isResult, Output output) {
    ScanSearch search = new ScanSearch(wanted, renamed);
    if (!channels.isEmpty()) {
      return List.of(search.named(inputs, channels));
    }
    Path results = out.toAbsolutePath().normalize();
    ScanSearch.Found found =
        search.find(
            inputs,
            folder -> isResult.test(folder) || folder.toAbsolutePath().normalize().equals(results));
    for (Path folder : found.passedOver()) {
      output.note(
          "Passed over %s: no file there is named like %s"
              .formatted(folder, String.join(" or ", wanted.names())));
    }
    return found.scans();
  }

  BrainSource brains(List<ScanFiles> scans, Output output) {
    if (brain == null) {
      List<ScanFiles> whole = scans.stream().filter(scan -> !scan.isBroken()).toList();
      List<Path> masks =
          whole.stream()
              .map(scan -> scan.beside(BrainSource.USUAL))
              .filter(Objects::nonNull)
              .toList();
      if (!masks.isEmpty() && masks.size() < whole.size()) {
        output.warn(
            "only %d of %d scans have a mask called brain; finding the brain of each from its"
                    .formatted(masks.size(), whole.size())
                + " background");
        masks.stream()
            .filter(mask -> NoImage.reason(mask) != null)
            .forEach(mask -> output.warn("%s %s".formatted(mask, NoImage.reason(mask))));
      }
      return masks.size() == whole.size()
          ? new BrainSource.Beside(BrainSource.USUAL)
          : new BrainSource.Background();
    }
    return BrainSource.named(brain);
  }

  private ParameterException usage(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
