package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomSubject;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.SliceDetector;
import dev.hale.detection.ThresholdRule;
import dev.hale.evaluation.Ranking;
import dev.hale.scan.AnomalyMap;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The model in the jar: complete, and finds plaques even in very few steps. */
@Tag("slow")
class BundledModelTest {
  @Test
  void itDetectsByFourMethodsAndIsGoneAfterwards() throws IOException {
    BundledModel model = BundledModel.extract(BundledModel.DEMO);
    try (model) {
      DetectorConfig own = DetectorConfig.read(model.folder());
      assertEquals(Methods.named("combined-regeneration"), own.method());
      assertEquals(ThresholdRule.IMAGE_LABELS, own.settings().threshold());
      new SliceDetector(model.folder(), own, DetectorOptions.defaults()).close();
      DetectorConfig fusion = DetectorConfig.read(model.folder(), Methods.named("combined-fusion"));
      CombinedSettings settings = (CombinedSettings) fusion.settings();
      DetectorConfig quick =
          fusion.withSettings(
              settings.withCounterfactual(
                  settings.counterfactual().withNoiseLevelAndSteps(250, 2)));
      PhantomSubject subject = Phantom.subject(Pathology.MS, 700_000);
      try (SliceDetector detector =
          new SliceDetector(model.folder(), quick, DetectorOptions.defaults())) {
        assertEquals(List.of("FLAIR", "T1", "T1c", "T2"), detector.channels());
        AnomalyMap found = detector.detect(subject.scan(), subject.brain(), DetectionProgress.NONE);
        assertTrue(Ranking.auroc(found.map(), subject.lesion(), subject.brain()) > 0.95);
      }
      for (String further : List.of("combined-segmenter", "counterfactual")) {
        DetectorConfig config = DetectorConfig.read(model.folder(), Methods.named(further));
        new SliceDetector(model.folder(), config, DetectorOptions.defaults()).close();
      }
    }
    assertFalse(Files.exists(model.folder()));
  }
}
