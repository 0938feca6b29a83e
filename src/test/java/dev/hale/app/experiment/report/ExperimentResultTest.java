package dev.hale.app.experiment.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.evaluation.Bootstrap;
import dev.hale.evaluation.Holm;
import dev.hale.evaluation.SubjectMetrics;
import dev.hale.evaluation.VolumeShape;
import dev.hale.evaluation.WilcoxonSignedRank;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  void aPatientsValueIsTheMeanOverTrainingsAndTheirSpreadStandsBesideTheInterval() {
    ExperimentResult result = seeded(6, "a", "b", "once");
    Estimate dice = result.methods().get(0).metrics().get(Metric.DICE);
    double[] ofSeeds = new double[3];
    double[] ofPatients = new double[6];
    for (SubjectResult one : result.subjects()) {
      if (one.method().equals("a")) {
        double value = one.metrics().dice();
        ofSeeds[(int) one.seed() - 1] += value / 6;
        ofPatients[Integer.parseInt(one.patient().substring(7))] += value / 3;
      }
    }
    double mean = Arrays.stream(ofSeeds).average().orElseThrow();
    double squares = Arrays.stream(ofSeeds).map(v -> (v - mean) * (v - mean)).sum();
    assertEquals(mean, dice.value(), 1e-12);
    assertEquals(Math.sqrt(squares / 2), dice.spread(), 1e-12);
    assertTrue(dice.spread() > 1e-4, "seeds differ");
    assertEquals(3, dice.bySeed().size());
    assertEquals(ofSeeds[1], dice.bySeed().get(1), 1e-12);
    Bootstrap.Interval patients = Bootstrap.mean(ofPatients, 7);
    assertEquals(patients.lower(), dice.lower(), 1e-12);
    assertEquals(patients.upper(), dice.upper(), 1e-12);
    assertEquals(6, dice.cases(), "patients, not trainings of patients");
    Estimate auroc = result.methods().get(0).sliceAuroc();
    double together = auroc.bySeed().stream().mapToDouble(v -> v).average().orElseThrow();
    assertEquals(together, auroc.value(), 1e-12);

    Comparison pair = result.comparisons().get(0); // a against the reference, which ran once
    assertEquals(6, pair.difference().cases());
    assertEquals(
        WilcoxonSignedRank.test(ofPatients, values(result, "once")).pValue(), pair.pValue(), 1e-12);
    assertEquals(dice.spread(), pair.difference().spread(), 1e-12);
  }

  @Test
  void tablesSayWhichLuckIsInThem() {
    ExperimentResult result = seeded(6, "a", "b", "once");
    String text = MarkdownTables.text(result);
    List<String> rows = text.lines().filter(line -> line.startsWith("| ")).toList();
    assertTrue(rows.get(1).startsWith("| a |") && rows.get(1).contains(" ± 0."), rows.get(1));
    String once = rows.stream().filter(row -> row.startsWith("| once |")).findFirst().orElseThrow();
    assertFalse(once.contains("±"), once);
    assertTrue(text.contains("Seeds of trainings and detections 1, 2, 3, of intervals 7"), text);
    assertTrue(text.contains("trained 3 times"), text);
    assertTrue(text.contains("models/x/diffusion.safetensors: taken as found"), text);
    assertEquals(1, text.lines().filter(line -> line.startsWith("| patient0-0 |")).count());
    String page = ReportPage.html(result, List.of(), Map.of());
    assertTrue(page.contains("<small>± 0."), "the spread is in the report");
    assertTrue(page.contains("of the training with seed 1"), "whose curves these are");
    assertFalse(MarkdownTables.text(result(6, "a", "c")).contains("±"), "one training");
  }

  @Test
  void whatWasLeftOutTogetherHasARowOfItsOwn() {
    List<SubjectResult> results = new ArrayList<>();
    for (String method : List.of("a", "c")) {
      for (int p = 0; p < 5; p++) {
        String site = p < 3 ? "Ulm" : "Bern";
        results.add(inFold(site, subject(method, "patient" + p, method.equals("a") ? 0 : 1, p)));
      }
      results.add(inFold("Bern", subject(method, "healthy", -1, 6)));
    }
    ExperimentResult result = result(results, List.of(), "a", "c");
    double[] a = values(result, "a");
    double ulm = (a[0] + a[1] + a[2]) / 3;
    double bern = (a[3] + a[4]) / 2;
    List<List<String>> rows = FoldCells.rows(result);
    assertEquals(List.of("left out", "patients with lesions", "a", "c"), FoldCells.header(result));
    assertEquals(List.of("Ulm", "3", "%.3f".formatted(ulm)), rows.get(0).subList(0, 3));
    assertEquals(List.of("Bern", "2", "%.3f".formatted(bern)), rows.get(1).subList(0, 3));
    assertEquals("%.3f".formatted((ulm + bern) / 2), rows.get(2).get(2));
    assertTrue(MarkdownTables.text(result).contains("| Ulm | 3 |"));
    assertTrue(ReportPage.html(result, List.of(), Map.of()).contains("<h2>Left out</h2>"));
    assertEquals(List.of(), FoldCells.rows(result(6, "a", "c")), "one fold");
  }

  @Test
  void trainingsOfSeveralSeedsAreNoGroupsOfTheirOwn() {
    List<SubjectResult> results = new ArrayList<>();
    for (int seed = 1; seed <= 2; seed++) {
      for (int p = 0; p < 4; p++) {
        String fold = (p < 2 ? "Ulm" : "Bern") + "/seed-" + seed;
        results.add(inFold(fold, subject("a", "patient" + p, 0, p, seed)));
      }
    }
    ExperimentResult result = result(results, List.of(1L, 2L), "a");
    double[] a = values(result, "a"); // means over both trainings
    List<List<String>> rows = FoldCells.rows(result);
    assertEquals(3, rows.size());
    assertEquals(List.of("Ulm", "2", "%.3f".formatted((a[0] + a[1]) / 2)), rows.get(0));
    assertEquals(List.of(), FoldCells.rows(seeded(6, "a", "b", "once")), "one fold");
  }

  private static SubjectResult inFold(String fold, SubjectResult one) {
    return new SubjectResult(
        one.method(),
        fold,
        one.subject(),
        one.patient(),
        one.seed(),
        one.threshold(),
        one.thresholdName(),
        one.imageScore(),
        one.seconds(),
        one.inputSha256(),
        one.provenance(),
        one.metrics(),
        null);
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
    return result.byMethod().get(method).perPatient(Metric.DICE);
  }

  /** Methods are worse and worse; the last is the reference, the first a parent. */
  private static ExperimentResult result(int patients, String... methods) {
    List<SubjectResult> results = new ArrayList<>();
    for (int m = 0; m < methods.length; m++) {
      for (int p = 0; p < patients; p++) {
        results.add(subject(methods[m], "patient" + p, m, p));
      }
    }
    return result(results, List.of(), methods);
  }

  /** Trained with the seeds 1, 2 and 3, the last method, which learns nothing, but once. */
  private static ExperimentResult seeded(int patients, String... methods) {
    List<SubjectResult> results = new ArrayList<>();
    for (int m = 0; m < methods.length; m++) {
      for (int seed = 1; seed <= (m == methods.length - 1 ? 1 : 3); seed++) {
        for (int p = 0; p < patients; p++) {
          results.add(subject(methods[m], "patient" + p, m, p, seed));
        }
      }
    }
    return result(results, List.of(1L, 2L, 3L), methods);
  }

  private static ExperimentResult result(
      List<SubjectResult> results, List<Long> seeds, String... methods) {
    ExperimentManifest manifest =
        new ExperimentManifest(
            "test",
            "name: test",
            false,
            "hale experiment run test.yaml",
            Map.of("all", new ExperimentManifest.FoldData("data: x", "00", List.of("one"))),
            Map.of("models/x/diffusion.safetensors", "22"),
            Map.of("subject", "11"),
            Map.of("hale", "1"),
            Map.of("system", "any"),
            List.of(new ExperimentManifest.Run("2026-01-01T00:00:00Z", 3.0)),
            Map.of("training", 3.0));
    return ExperimentResult.of(
        new ExperimentResult.About(
            "test",
            "A test",
            "Split by nobody",
            methods[methods.length - 1],
            List.of(methods[0], "absent"),
            7,
            seeds,
            manifest),
        results,
        Optional.empty());
  }

  /** A map of noise over a lesion; the worse the method, the fainter the lesion; -1 for healthy. */
  private static SubjectResult subject(String method, String patient, int worse, long seed) {
    return subject(method, patient, worse, seed, 7);
  }

  private static SubjectResult subject(
      String method, String patient, int worse, long seed, long training) {
    VolumeShape shape = new VolumeShape(10, 10, 4, 100);
    Random random = new Random(31 * seed + worse + 1009 * (training - 7));
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
        training,
        0.9,
        "fixed",
        1,
        2.5,
        "22",
        Map.of("method", method),
        SubjectMetrics.of(map, 0.9, truth, brain, shape),
        null);
  }
}
