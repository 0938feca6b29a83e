package dev.hale.experiment.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.evaluation.Holm;
import dev.hale.evaluation.SubjectMetrics;
import dev.hale.evaluation.VolumeShape;
import dev.hale.evaluation.WilcoxonSignedRank;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExperimentResultTest {
  @TempDir Path folder;

  @Test
  void everyPairIsComparedOnceOverPatientsWithHolmsCorrection() {
    ExperimentResult result = result(8, "a", "b", "c");
    List<Comparison> dice =
        result.comparisons().stream().filter(pair -> pair.metric() == Metric.DICE).toList();
    // Reference c against a and b; parent a against b and c, of which the latter is there.
    assertEquals(
        List.of("a-c", "b-c", "b-a"),
        dice.stream().map(pair -> pair.method() + "-" + pair.other()).toList());
    double[] raw = dice.stream().mapToDouble(Comparison::pValue).toArray();
    double[] adjusted = Holm.adjust(raw);
    for (int pair = 0; pair < raw.length; pair++) {
      assertEquals(adjusted[pair], dice.get(pair).adjusted(), 1e-12);
    }
    Comparison first = dice.get(0);
    assertEquals(Estimate.Unit.PATIENTS, first.difference().unit());
    assertEquals(8, first.difference().cases());
    double[] a = values(result, "a");
    double[] c = values(result, "c");
    assertEquals(WilcoxonSignedRank.test(a, c).pValue(), first.pValue(), 1e-12);
  }

  @Test
  void fewPatientsHaveNoIntervalAndSlicesStandIn() {
    ExperimentResult few = result(4, "a", "c");
    MethodSummary method = few.methods().get(0);
    assertTrue(Double.isNaN(method.metrics().get(Metric.DICE).lower()));
    assertEquals(Estimate.Unit.SLICES, method.sliceDice().unit());
    assertFalse(Double.isNaN(method.sliceDice().lower()));
    assertTrue(few.comparisons().stream().allMatch(pair -> pair.metric() == Metric.DICE));
    assertEquals(Estimate.Unit.SLICES, few.comparisons().get(0).difference().unit());
    assertTrue(Wording.intervals(few).contains("over slices"));
    ExperimentResult many = result(5, "a", "c");
    assertFalse(Double.isNaN(many.methods().get(0).metrics().get(Metric.DICE).lower()));
    assertEquals(Estimate.Unit.PATIENTS, many.methods().get(0).sliceDice().unit());
  }

  @Test
  void scansOfOnePatientAreAveragedFirst() {
    List<SubjectResult> scans =
        List.of(subject("a", "p1", 0, 1), subject("a", "p1", 1, 2), subject("a", "p2", 2, 3));
    double[] dice = MethodSummary.perPatient(scans, Metric.DICE);
    assertEquals(2, dice.length);
    assertEquals(
        (scans.get(0).metrics().dice() + scans.get(1).metrics().dice()) / 2, dice[0], 1e-12);
  }

  @Test
  void aResultIsReadAsItWasWritten() {
    SubjectResult healthy = subject("a", "p", -1, 4);
    assertTrue(Double.isNaN(healthy.metrics().dice()));
    Path file = folder.resolve("result.json");
    ResultFiles.write(file, healthy);
    SubjectResult read = ResultFiles.read(file, SubjectResult.class);
    assertEquals(ResultFiles.json(healthy), ResultFiles.json(read));
    assertTrue(Double.isNaN(read.metrics().dice()));
    assertEquals(healthy.metrics().slices(), read.metrics().slices());
  }

  @Test
  void namesCannotBreakOutOfThePage() {
    String evil = "\"><script>alert('x')</script>&";
    String page =
        ReportPage.html(
            result(6, evil, "c"),
            List.of(new Figure(evil, 10, "data:image/png;base64,")),
            Map.of());
    assertFalse(page.contains("<script"), "markup of a name");
    assertFalse(page.contains("alert('"), "a quote of a name");
    assertTrue(page.contains("&lt;script&gt;"));
  }

  private static double[] values(ExperimentResult result, String method) {
    return MethodSummary.perPatient(result.byMethod().get(method), Metric.DICE);
  }

  /** Methods are worse and worse; the last is the reference, the first a parent. */
  private static ExperimentResult result(int patients, String... methods) {
    List<SubjectResult> results = new ArrayList<>();
    for (int m = 0; m < methods.length; m++) {
      for (int p = 0; p < patients; p++) {
        results.add(subject(methods[m], "patient" + p, m, p));
      }
    }
    Manifest manifest =
        new Manifest(
            "test",
            "name: test",
            false,
            "hale experiment run test.yaml",
            Map.of("all", new Manifest.FoldData("data: x", "00", List.of("one"))),
            Map.of("models/x/diffusion.safetensors", "22"),
            Map.of("subject", "11"),
            Map.of("hale", "1"),
            Map.of("system", "any"),
            List.of(new Manifest.Run("2026-01-01T00:00:00Z", 3.0)),
            Map.of("training", 3.0));
    return ExperimentResult.of(
        new ExperimentResult.About(
            "test",
            "A test",
            "Split by nobody",
            methods[methods.length - 1],
            List.of(methods[0], "absent"),
            7,
            manifest),
        results);
  }

  /** A map of noise over a lesion; the worse the method, the fainter the lesion; -1 for healthy. */
  private static SubjectResult subject(String method, String patient, int worse, long seed) {
    VolumeShape shape = new VolumeShape(10, 10, 4, 100);
    Random random = new Random(31 * seed + worse);
    float[] map = new float[shape.size()];
    byte[] truth = new byte[map.length];
    byte[] brain = new byte[map.length];
    for (int v = 0; v < map.length; v++) {
      brain[v] = 1;
      truth[v] = (byte) (worse >= 0 && v > 110 && v < 260 && v % 10 < 4 ? 1 : 0);
      map[v] = random.nextFloat() + truth[v] * (0.8f - 0.2f * worse);
    }
    return new SubjectResult(
        method,
        "all",
        patient + "-" + seed,
        patient,
        7,
        0.9,
        "fixed",
        1,
        2.5,
        "22",
        Map.of("method", method),
        SubjectMetrics.of(map, 0.9, truth, brain, shape));
  }
}
