package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.TinyModel;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.SliceDetector;
import dev.hale.diffusion.SparseDdimSampler;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A result is told from that of other settings by its provenance: it has to say all of them. */
class ProvenanceTest {
  /**
   * Of a combination the threshold is the counterfactual's; ancestral sampling has one class;
   * Dif-fuse makes new once.
   */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "combined-gate attribution.threshold",
          "combined-fusion attribution.threshold",
          "combined-regeneration fusion.attribution.threshold",
          "dif-fuse attribution.threshold",
          "dif-fuse healing.chain.rounds",
          "ddpm encodingLabel",
          "reconstruction encodingLabel");

  @TempDir static Path folder;

  @BeforeAll
  static void model() throws IOException {
    TinyModel.write(folder, "FLAIR", "T1");
    TinyModel.writeAllNetworks(folder, "FLAIR", "T1");
  }

  @ParameterizedTest
  @MethodSource("dev.hale.detection.method.MethodsTest#learned")
  void eachSettingShows(String name) throws ReflectiveOperationException {
    DetectionMethod<?> method = Methods.named(name);
    MethodSettings settings = MethodsTest.settings(method);
    Map<String, String> before = provenance(method, settings);
    int compared = 0;
    for (Map.Entry<String, Record> change : changes((Record) settings).entrySet()) {
      String what = name + " " + change.getKey();
      if (!WITHOUT_EFFECT.contains(what)) {
        try {
          assertNotEquals(before, provenance(method, (MethodSettings) change.getValue()), what);
          compared++;
        } catch (IllegalArgumentException notOfThisMethod) {
          // Nor can there be a result of it.
        }
      }
    }
    assertTrue(compared >= 2, compared + " settings");
  }

  private static Map<String, String> provenance(
      DetectionMethod<?> method, MethodSettings settings) {
    DetectorConfig config = new DetectorConfig(method, settings, 99, 0.25, 0.5);
    try (SliceDetector detector = new SliceDetector(folder, config, DetectorOptions.defaults())) {
      return detector.provenance();
    }
  }

  /** The settings with each component changed by itself, those of parts included. */
  private static Map<String, Record> changes(Record settings) throws ReflectiveOperationException {
    RecordComponent[] components = settings.getClass().getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Map<String, Record> changes = new LinkedHashMap<>();
    for (int c = 0; c < components.length; c++) {
      String name = components[c].getName();
      Map<String, Object> others = new LinkedHashMap<>();
      Object value = components[c].getAccessor().invoke(settings);
      if (value instanceof Record part) {
        changes(part).forEach((inner, changed) -> others.put(name + "." + inner, changed));
      } else {
        others.put(name, other(name, value));
      }
      for (Map.Entry<String, Object> other : others.entrySet()) {
        Object[] values = new Object[components.length];
        for (int v = 0; v < values.length; v++) {
          values[v] = v == c ? other.getValue() : components[v].getAccessor().invoke(settings);
        }
        changes.put(
            other.getKey(),
            (Record) settings.getClass().getDeclaredConstructor(types).newInstance(values));
      }
    }
    return changes;
  }

  private static Object other(String name, Object value) {
    if (value instanceof Integer number) {
      return number + 1;
    } else if (value instanceof Double number) {
      return number * 0.5 + 0.125;
    } else if (value instanceof String) {
      return name.equals("channel") ? "T1" : SparseDdimSampler.NAME; // no other text is there
    }
    return Arrays.stream(value.getClass().getEnumConstants())
        .filter(constant -> !constant.equals(value))
        .findFirst()
        .orElseThrow();
  }
}
