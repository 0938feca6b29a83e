package dev.hale.app.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.app.config.ConfigException;
import dev.hale.app.config.ConfigFile;
import dev.hale.detection.method.CounterfactualSettings;
import dev.hale.detection.method.GateSettings;
import dev.hale.detection.method.MethodSettings;
import dev.hale.detection.method.Methods;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CalibrationSettingsTest {
  private static final CalibrationSettings SETTINGS =
      parse(
          """
          calls: 5
          methods:
            combined-guidance: {guidance: 3}
            classifier-free:
              weight: 4
          """);
  private static final CounterfactualSettings FEW = SETTINGS.detection();

  private static CalibrationSettings parse(String yaml, String... overrides) {
    return ConfigFile.parse(yaml, "c.yaml", CalibrationSettings.class, List.of(overrides));
  }

  private static MethodSettings settings(String method) {
    return Methods.learned(method).settings(SETTINGS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddpm", "reconstruction"})
  void whatDrawsAtRandomCallsTheNetworkInEveryStep(String method) {
    assertEquals(FEW.withCalls(0), settings(method));
  }

  @Test
  void whatEncodesHasTheCallsAndItsOwnGuidance() {
    assertEquals(5, FEW.calls());
    assertEquals(FEW, settings("counterfactual"));
    assertEquals(FEW.withGuidance(3), settings("combined-guidance"));
    assertEquals(FEW.withGuidance(4), settings("classifier-free"));
    assertEquals(new GateSettings(FEW, SETTINGS.attribution(), null), settings("combined-gate"));
  }

  @Test
  void methodsWithoutASectionTakeWhatIsShared() {
    CalibrationSettings silent = parse("guidance: 7");
    for (String method : List.of("combined-guidance", "classifier-free")) {
      assertEquals(silent.detection(), Methods.learned(method).settings(silent));
    }
  }

  @Test
  void whatIsWrittenReadsBackEqual() {
    assertEquals(SETTINGS, parse(ConfigFile.toYaml(SETTINGS)));
    CalibrationSettings other =
        parse(ConfigFile.toYaml(SETTINGS), "methods.combined-gate.percentile=98");
    assertTrue(!SETTINGS.equals(other));
    assertEquals(other, parse(ConfigFile.toYaml(other)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          methods: {magic: {}} | c.yaml:1: methods.magic: unknown method magic; there are
          methods: {intensity: {}} | c.yaml:1: methods.intensity: intensity has nothing to calibrate
          methods: {vae: {}} | c.yaml:1: methods.vae: vae has no settings of its own
          methods: {combined-gate: 3} | c.yaml:1: methods.combined-gate: expected a section
          methods: {combined-gate: {x: 3}} | c.yaml:1: methods.combined-gate.x: unknown key
          methods: {combined-gate: {percentile: 100}} | percentile is 100.0, expected a number between
          methods: {combined-regeneration: {steps: 0}} | c.yaml:1: methods.combined-regeneration: calls must lie in 1
          methods: {combined-guidance: {guidance: 0}} | combined-guidance is counterfactual where
          """)
  void aMistakeInAMethodsSectionIsToldWithItsPlace(String yaml, String expected) {
    String said =
        assertThrows(ConfigException.class, () -> parse(yaml).requireMethods()).getMessage();
    assertTrue(said.contains(expected), said);
  }
}
