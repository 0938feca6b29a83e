package dev.hale.campaign;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.app.experiment.ExperimentConfig;
import dev.hale.app.recipe.TrainingConfig;
import dev.hale.data.layout.Found;
import dev.hale.data.layout.ScanTable;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.result.DetectionRecord;
import dev.hale.scan.WantedChannels;
import dev.hale.training.log.MetricsLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What people write, and what hale writes as text: tables, configurations, records. */
final class TextTargets {
  private static final String COMMAS =
      """
      subject,FLAIR,T1,mask,label,split,site
      a,a/FLAIR.nii,a/T1.nii,,0,train,1
      b,"b, c/FLAIR.nii",b/T1.nii,b/mask.nii,1,validation,2
      """;

  private static final String TABS =
      COMMAS.replace("\"b, c", "b").replace(",b\"", "b").replace(',', '\t');

  private static final String RECORD =
      """
      {"name": "p", "inputs": {"p/FLAIR.nii": {"channel": "FLAIR", "sha256": "ab", "bytes": 7}},
       "brain": "found", "brainSha256": null, "warnings": ["p/brain.nii: odd"], "imageScore": 0.25,
       "threshold": 0.125, "thresholdName": "otsu", "lesionVolumeMl": 1.5, "slices": 20,
       "seconds": {"read": 0.5, "detect": 1.25}, "files": ["montage.png",
       {"name": "map.nii.gz", "bytes": 3, "sha256": "cd"}], "finished": "2026-01-02T03:04:05Z",
       "provenance": {"method": "intensity", "device": "cpu"}}
      """;

  private static final String METRICS =
      """
      {"step":1,"loss":0.9,"rate":1.0E-4}
      {"step":2,"loss":null,"rate":2.0E-4}
      """;

  private TextTargets() {}

  /** All of them, in that folder. */
  static List<Target> in(Path folder) throws IOException {
    Path table = folder.resolve("scans.csv");
    WantedChannels channels = new WantedChannels(List.of("FLAIR", "T1"), List.of("T1"));
    Path training = folder.resolve("training.yaml");
    Path experiment = folder.resolve("experiment.yaml");
    Path metrics = folder.resolve("metrics.jsonl");
    Path results = Files.createDirectory(folder.resolve("results"));
    Path model = Files.createDirectory(folder.resolve("detector"));
    return List.of(
        Target.of(
            "scan table",
            table,
            List.of(bytes(COMMAS), bytes(TABS), COMMAS.getBytes(StandardCharsets.UTF_16)),
            written -> {
              Found found = ScanTable.read(table, channels);
              assertTrue(found.subjects().isEmpty(), "there are no such files");
            }),
        Target.of(
                "configuration",
                training,
                filesOf(Path.of("configs")),
                written -> TrainingConfig.read(training, List.of()))
            .withShare(2),
        Target.of(
                "experiment",
                experiment,
                filesOf(Path.of("experiments")),
                written -> ExperimentConfig.read(experiment))
            .withShare(2),
        Target.of(
            "detector.json",
            model.resolve("detector.json"),
            detectors(),
            written -> DetectorConfig.read(model).threshold()),
        Target.of(
            "detection.json",
            results.resolve(DetectionRecord.FILE),
            List.of(bytes(RECORD)),
            written -> use(DetectionRecord.read(results), results)),
        Target.of(
            "metrics.jsonl",
            metrics,
            List.of(bytes(METRICS)),
            written -> MetricsLog.read(metrics)));
  }

  /** What finding out whether a detection may stay does with its record. */
  private static void use(DetectionRecord record, Path folder) {
    record.damage(folder);
    record.otherSettings(Map.of("method", "intensity"));
    record.otherSurroundings(Map.of("device", "cpu"));
    assertTrue(!(record.totalSeconds() < -1e300));
  }

  private static List<byte[]> filesOf(Path folder) throws IOException {
    List<byte[]> texts = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        if (file.toString().endsWith(".yaml")) {
          texts.add(Files.readAllBytes(file));
        }
      }
    }
    return texts;
  }

  private static List<byte[]> detectors() throws IOException {
    List<byte[]> texts = new ArrayList<>();
    for (String name : List.of("detector", "detector-counterfactual", "detector-combined-fusion")) {
      texts.add(Files.readAllBytes(Path.of("models/demo", name + ".json")));
    }
    return texts;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
