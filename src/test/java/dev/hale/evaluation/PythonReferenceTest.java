package dev.hale.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same numbers as scikit-learn, SciPy and scikit-image on fresh samples. Skipped where the
 * system's Python lacks them (Debian: python3-sklearn, python3-scipy, python3-skimage).
 */
class PythonReferenceTest {
  private static final List<String> PYTHONS = List.of("/usr/bin/python3", "python3");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void metricsAgree(long seed) throws Exception {
    String python = pythonWithTheLibraries();
    int nx = 13;
    int ny = 11;
    int nz = 9;
    Samples sample = Samples.random(seed, nx * ny * nz, seed == 1 ? 12 : 5000, 0.08);
    byte[] prediction = Thresholds.above(sample.map(), 0.3, null);
    double[] first = new Random(seed).doubles(40).toArray();
    double[] second = new Random(-seed).doubles(40).map(v -> v * 0.9).toArray();

    JsonNode reference =
        run(
            python,
            Map.of(
                "map",
                sample.map(),
                "truth",
                integers(sample.truth()),
                "prediction",
                integers(prediction),
                "shape",
                new int[] {nz, ny, nx},
                "first",
                first,
                "second",
                second));

    byte[] truth = sample.truth();
    Overlap overlap = Overlap.of(prediction, truth, null);
    near(reference, "auroc", Ranking.auroc(sample.map(), truth));
    near(reference, "auprc", Ranking.auprc(sample.map(), truth));
    near(reference, "dice", overlap.dice());
    near(reference, "precision", overlap.precision());
    near(reference, "recall", overlap.recall());
    near(reference, "otsu", Thresholds.otsu(sample.map(), null));
    near(reference, "percentile", Thresholds.percentile(sample.map(), null, 97.3));
    assertArrayEquals(
        JSON.treeToValue(reference.get("labels"), int[].class),
        ConnectedComponents.of(truth, nx, ny, nz).labels());

    double[] tied = Arrays.stream(first).map(v -> Math.rint(v * 10) / 10).toArray();
    double[] constant = new double[40];
    Arrays.fill(constant, 0.4);
    WilcoxonSignedRank exact =
        WilcoxonSignedRank.test(Arrays.copyOf(first, 20), Arrays.copyOf(second, 20));
    assertTrue(exact.exact());
    near(reference.get("wilcoxonExact"), exact);
    near(reference.get("wilcoxonApproximate"), WilcoxonSignedRank.test(first, second));
    near(reference.get("wilcoxonTied"), WilcoxonSignedRank.test(tied, constant));
  }

  private static void near(JsonNode reference, String metric, double value) {
    assertEquals(reference.get(metric).asDouble(), value, 1e-9, metric);
  }

  private static void near(JsonNode reference, WilcoxonSignedRank test) {
    double smaller = Math.min(test.positiveRanks(), test.negativeRanks());
    assertEquals(reference.get(0).asDouble(), smaller, 1e-9);
    assertEquals(reference.get(1).asDouble(), test.pValue(), 1e-9);
  }

  private JsonNode run(String python, Map<String, Object> sample) throws Exception {
    Path script = folder.resolve("reference.py");
    try (var source = PythonReferenceTest.class.getResourceAsStream("reference.py")) {
      Files.copy(source, script);
    }
    File input = folder.resolve("sample.json").toFile();
    File output = folder.resolve("reference.json").toFile();
    File errors = folder.resolve("errors.txt").toFile();
    JSON.writeValue(input, sample);
    Process process =
        new ProcessBuilder(python, script.toString())
            .redirectInput(input)
            .redirectOutput(output)
            .redirectError(errors)
            .start();
    assertTrue(process.waitFor(120, TimeUnit.SECONDS), "the reference took too long");
    assertEquals(0, process.exitValue(), Files.readString(errors.toPath(), UTF_8));
    return JSON.readTree(output);
  }

  private static String pythonWithTheLibraries() {
    Optional<String> python =
        PYTHONS.stream().filter(PythonReferenceTest::hasTheLibraries).findFirst();
    assumeTrue(python.isPresent(), "no Python with scikit-learn, SciPy and scikit-image");
    return python.orElseThrow();
  }

  private static boolean hasTheLibraries(String python) {
    try {
      return new ProcessBuilder(python, "-c", "import sklearn, scipy, skimage")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException absent) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static int[] integers(byte[] mask) {
    int[] integers = new int[mask.length];
    for (int v = 0; v < mask.length; v++) {
      integers[v] = mask[v];
    }
    return integers;
  }
}
