package dev.hale.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import dev.hale.HaleException;
import dev.hale.cli.Main;
import java.net.URI;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@Tag("slow")
final class LayeringTest {
  private static final String BROKEN = "dev.hale.architecture.broken";

  /** Which class of the fixture breaks which rule. */
  private static final Map<String, List<String>> OFFENDERS =
      Map.ofEntries(
          Map.entry("app know nothing above them", List.of("RunnerKnowsCommand")),
          Map.entry("training, detection know nothing above them", List.of("TrainerKnowsRunner")),
          Map.entry(
              "attribution, diffusion know nothing above them", List.of("SamplerKnowsTrainer")),
          Map.entry("model know nothing above them", List.of("NetworkKnowsSampler")),
          Map.entry("engine know nothing above them", List.of("DeviceKnowsNetwork")),
          Map.entry("data know nothing above them", List.of("SetKnowsDevice")),
          Map.entry("picture know nothing above them", List.of("MontageKnowsSet")),
          Map.entry("io know nothing above them", List.of("FileKnowsMontage")),
          Map.entry(
              "scan, evaluation know nothing above them",
              List.of("ScanKnowsFile", "DiceKnowsDevice")),
          Map.entry("none but commands know the door", List.of("RunnerKnowsCommand")),
          Map.entry(
              "values, files, pictures, data, evaluation, training's logs and cli do not know"
                  + " LibTorch",
              List.of("SetKnowsDevice", "DiceKnowsDevice", "CommandKnowsTensor")),
          Map.entry(
              "LibTorch is absent from what an embedder sees",
              List.of("Facade", "AnomalyDetector", "DetectionOptions")),
          Map.entry("no picture passes through a temporary file", List.of("PictureByImageIo")),
          Map.entry("packages are free of cycles", List.of("RunnerKnowsCommand")),
          Map.entry("the rooms of app are free of cycles", List.of("DetectionKnowsRunner")));

  @TestFactory
  Stream<DynamicTest> haleKeepsToItsDesign() {
    JavaClasses hale = classes("dev/hale", HaleException.class, Main.class);
    return new Layering("dev.hale")
        .rules().entrySet().stream()
            .map(rule -> dynamicTest(rule.getKey(), () -> rule.getValue().check(hale)));
  }

  @TestFactory
  Stream<DynamicTest> everyRuleCatchesWhoBreaksIt() {
    JavaClasses broken = broken();
    Map<String, ArchRule> rules = new Layering(BROKEN).rules();
    return rules.entrySet().stream()
        .map(
            rule ->
                dynamicTest(
                    rule.getKey(),
                    () -> {
                      var result = rule.getValue().evaluate(broken);
                      String report = result.getFailureReport().toString();
                      for (String offender : OFFENDERS.get(rule.getKey())) {
                        assertTrue(report.contains(offender), offender + " missing: " + report);
                      }
                    }));
  }

  @Test
  void everyRuleHasAnOffender() {
    assertEquals(OFFENDERS.keySet(), new Layering(BROKEN).rules().keySet());
  }

  @Test
  void whatAnEmbedderCannotSeeMayBeATensor() {
    JavaClasses broken = broken();
    String report =
        new Layering(BROKEN)
            .rules()
            .get("LibTorch is absent from what an embedder sees")
            .evaluate(broken)
            .getFailureReport()
            .toString();
    assertTrue(report.contains("AnomalyDetector.shown"), report);
    assertTrue(!report.contains("AnomalyDetector.hidden"), report);
  }

  private static JavaClasses broken() {
    return classes(BROKEN.replace('.', '/'), LayeringTest.class);
  }

  /**
   * The classes of a folder in the jars and folders that hold the {@code neighbours}; searching the
   * class path is slow.
   */
  private static JavaClasses classes(String folder, Class<?>... neighbours) {
    List<Location> locations = new ArrayList<>();
    for (Class<?> neighbour : neighbours) {
      URL root = neighbour.getProtectionDomain().getCodeSource().getLocation();
      String place = root.getPath().endsWith(".jar") ? "jar:" + root + "!/" : root.toString();
      locations.add(Location.of(URI.create(place + folder + "/")));
    }
    return new ClassFileImporter().importLocations(locations);
  }
}
