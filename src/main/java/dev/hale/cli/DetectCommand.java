package dev.hale.cli;

import dev.hale.app.detect.BatchDetection;
import dev.hale.app.detect.BrainSource;
import dev.hale.app.detect.DetectionOutcome;
import dev.hale.detection.AnomalyDetector;
import dev.hale.detection.result.DetectionRecord;
import dev.hale.io.ScanFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Detects in scans: files and folders in, a folder of maps for each scan out. */
@Command(
    name = "detect",
    header = "find what is abnormal in scans",
    description = {
      "Finds the scans among the INPUTs and writes a folder for each into --out: map.nii.gz, how"
          + " anomalous each voxel is (float32); mask.nii.gz, 1 where the map exceeds the threshold"
          + " (uint8); healthy_CHANNEL.nii.gz, the healthy image that the patient might have had;"
          + " lesions.tsv, place and volume of each lesion; montage.png, the most anomalous slices;"
          + " detection.json, the threshold, the image"
          + " score and what made them. Images lie on the scan's own grid. Scans kept in PNG or"
          + " JPEG files get map.png, mask.png and healthy_CHANNEL.png besides.",
      "",
      "A scan is one file a channel, NIfTI, PNG or JPEG, all in one folder and on one grid. A file"
          + " shows the channel that its name is or ends in, whatever the case: FLAIR.nii.gz,"
          + " sub-01_flair.nii. Files that agree in what precedes the channel are one scan, named"
          + " after that (sub-01) or else after their folder; scans that would be called the same get"
          + " the names of folders above before theirs (subj01_anat). Folders are searched with their"
          + " subfolders; hidden ones, and results of hale, are passed over. For a model of one"
          + " channel, where no file of a folder is named like it, every image is a scan but for"
          + " those named like another contrast.",
      "",
      "A folder of results appears whole or not at all. Scans that have one are skipped, if the same"
          + " files (by their content), model and settings made it and its own files are as they were"
          + " written; else they fail, unless --overwrite replaces it. A scan that fails does not stop the others; it is listed at"
          + " the end, and the exit status is 6, or 3 where every scan failed. Links to nothing,"
          + " files of git-annex (DataLad) and git-lfs whose content was never fetched, and .hdr/.img"
          + " pairs of which one half is missing are scans that fail.",
      "",
      "With --json: an array with an object a scan, of name, status (done, skipped, failed), folder,"
          + " imageScore, threshold, thresholdName, lesionVolumeMl (null for pictures), slices,"
          + " seconds, warnings (of scan and brain mask) and error."
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
  @Mixin ScanInputs inputs;

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
      description =
          "Where each scan gets a folder of its name; letters outside ASCII, and what not every"
              + " system takes in a file name, are escaped as in addresses.")
  Path out;

  @Option(
      names = "--overwrite",
      description = "Detect again in scans that have results, and replace these.")
  boolean overwrite;

  @Mixin DetectionOptions options;
  @Mixin Output output;

  @Override
  public Integer call() {
    inputs.check();
    try (AnomalyDetector detector = options.open(model)) {
      List<ScanFiles> scans = inputs.find(detector.wanted(), out, DetectionRecord::isIn, output);
      BrainSource brains = inputs.brains(scans, output);
      List<DetectionOutcome> outcomes;
      try (DetectReport report = new DetectReport(output, scans.size())) {
        outcomes = new BatchDetection(detector, brains, out, overwrite, report).run(scans);
      }
      return DetectReport.print(output, outcomes);
    }
  }
}
