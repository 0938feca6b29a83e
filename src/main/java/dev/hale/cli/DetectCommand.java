package dev.hale.cli;

import dev.hale.data.ScanFiles;
import dev.hale.data.ScanSearch;
import dev.hale.detection.AnomalyDetector;
import dev.hale.experiment.BatchDetection;
import dev.hale.experiment.BrainSource;
import dev.hale.experiment.DetectionOutcome;
import dev.hale.experiment.DetectionRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Detects in scans: files and folders in, a folder of maps for each scan out. */
@Command(
    name = "detect",
    header = "find what is abnormal in scans",
    description = {
      "Finds the scans among the INPUTs and writes a folder for each into --out: map.nii.gz, how"
          + " anomalous each voxel is (float32); mask.nii.gz, 1 where the map exceeds the threshold"
          + " (uint8); healthy_CHANNEL.nii.gz, the healthy image that the patient might have had;"
          + " montage.png, the most anomalous slices; detection.json, the threshold, the image"
          + " score and what made them. Images lie on the scan's own grid. Scans kept in PNG or"
          + " JPEG files get map.png, mask.png and healthy_CHANNEL.png besides.",
      "",
      "A scan is one file a channel, NIfTI, PNG or JPEG, all in one folder and on one grid. A file"
          + " shows the channel that its name is or ends in, whatever the case: FLAIR.nii.gz,"
          + " sub-01_flair.nii. Files that agree in what precedes the channel are one scan, named"
          + " after that (sub-01) or else after their folder. Folders are searched with their"
          + " subfolders; hidden ones, and results of hale, are passed over. For a model of one"
          + " channel, where no file of a folder is named like it, every image is a scan but for"
          + " those named like another contrast.",
      "",
      "A folder of results appears whole or not at all. Scans that have one are skipped. A scan that"
          + " fails does not stop the others; it is listed at the end, and the exit status is 6, or"
          + " 3 where every scan failed.",
      "",
      "With --json: an array with an object a scan, of name, status (done, skipped, failed), folder,"
          + " imageScore, threshold, thresholdName, lesionVolumeMl (null for pictures), slices,"
          + " seconds and error."
    },
    footer = {
      "  One subject, a folder with FLAIR.nii.gz, T1.nii.gz, …:",
      "    hale detect --model models/demo subject/ --out out",
      "  A folder of subjects whose contrast-enhanced T1 is called T1POST:",
      "    hale detect --model M --rename T1POST=T1c study/ --out out",
      "  Files of one scan, whatever they are called:",
      "    hale detect --model M a.nii.gz b.nii.gz --channels FLAIR,T1 --out out"
    })
final class DetectCommand implements Callable<Integer> {
  private static final String USUAL_BRAIN = "brain";

  @Spec CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "INPUT",
      description = "Files and folders, searched as said above.")
  List<Path> inputs;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description =
          "The model: a folder with detector.json and the networks of its method. Needed for every"
              + " method but intensity.")
  Path model;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where each scan gets a folder of its name.")
  Path out;

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
              + " called brain where every scan has one, else find.")
  String brain;

  @Option(names = "--overwrite", description = "Detect again in scans that have results.")
  boolean overwrite;

  @Mixin DetectionOptions options;
  @Mixin Output output;

  @Override
  public Integer call() {
    if (!channels.isEmpty() && inputs.stream().anyMatch(Files::isDirectory)) {
      throw usage("--channels is for files; in folders, --rename says what files show");
    }
    if (!channels.isEmpty() && !renamed.isEmpty()) {
      throw usage("--channels already says what the files show; leave out --rename");
    }
    try (AnomalyDetector detector = options.open(model)) {
      List<ScanFiles> scans = scans(detector);
      List<DetectionOutcome> outcomes;
      try (DetectReport report = new DetectReport(output, scans.size())) {
        outcomes = new BatchDetection(detector, brains(scans), out, overwrite, report).run(scans);
      }
      return DetectReport.print(output, outcomes);
    }
  }

  private List<ScanFiles> scans(AnomalyDetector detector) {
    ScanSearch search = new ScanSearch(detector.channels(), renamed);
    if (!channels.isEmpty()) {
      return List.of(search.named(inputs, channels));
    }
    Path results = out.toAbsolutePath().normalize();
    ScanSearch.Found found =
        search.find(
            inputs,
            folder ->
                DetectionRecord.isIn(folder)
                    || folder.toAbsolutePath().normalize().equals(results));
    for (Path folder : found.passedOver()) {
      output.note(
          "Passed over %s: no file there is named like %s"
              .formatted(folder, String.join(" or ", detector.channels())));
    }
    return found.scans();
  }

  private BrainSource brains(List<ScanFiles> scans) {
    if (brain == null) {
      long masks = scans.stream().filter(scan -> scan.beside(USUAL_BRAIN) != null).count();
      if (masks > 0 && masks < scans.size()) {
        output.warn(
            "only %d of %d scans have a mask called brain; finding the brain of each from its"
                    .formatted(masks, scans.size())
                + " background");
      }
      return masks == scans.size()
          ? new BrainSource.Beside(USUAL_BRAIN)
          : new BrainSource.Background();
    }
    return switch (brain) {
      case "find" -> new BrainSource.Background();
      case "whole" -> new BrainSource.Whole();
      default ->
          Files.exists(Path.of(brain))
              ? new BrainSource.OneFile(Path.of(brain))
              : new BrainSource.Beside(brain);
    };
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
