package dev.hale.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hale.detection.CounterfactualSettings;
import dev.hale.detection.DetectionMethod;
import dev.hale.detection.GateSettings;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CalibrationSettingsTest {
  private static final CalibrationSettings OWN = CalibrationSettings.DEFAULT;
  private static final CounterfactualSettings FEW = OWN.detection().withCalls(5);
  private static final CalibrationSettings SETTINGS =
      new CalibrationSettings(
          FEW,
          OWN.percentile(),
          OWN.slices(),
          OWN.diseasedSubjects(),
          OWN.split(),
          OWN.attribution(),
          OWN.gatePercentile(),
          Optional.of(3.0),
          Optional.of(4.0),
          OWN.regeneration());

  @ParameterizedTest
  @EnumSource(names = {"DDPM", "RECONSTRUCTION"})
  void whatDrawsAtRandomCallsTheNetworkInEveryStep(DetectionMethod method) {
    assertEquals(FEW.withCalls(0), SETTINGS.settings(method));
  }

  @Test
  void whatEncodesHasTheCallsAndItsOwnGuidance() {
    assertEquals(FEW, SETTINGS.settings(DetectionMethod.COUNTERFACTUAL));
    assertEquals(FEW.withGuidance(3), SETTINGS.settings(DetectionMethod.COMBINED_GUIDANCE));
    assertEquals(FEW.withGuidance(4), SETTINGS.settings(DetectionMethod.CLASSIFIER_FREE));
    assertEquals(
        new GateSettings(FEW, OWN.attribution(), null),
        SETTINGS.settings(DetectionMethod.COMBINED_GATE));
  }
}
