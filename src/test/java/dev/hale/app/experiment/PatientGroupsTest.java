package dev.hale.app.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.app.prepare.PreparationPlan;
import dev.hale.app.recipe.TrainingConfig;
import dev.hale.scan.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PatientGroupsTest {
  @TempDir Path folder;

  /** A table of pictures, which are not opened before they are prepared. */
  private PreparationPlan plan(String header, List<String> rows) throws Exception {
    Files.write(folder.resolve("a.png"), new byte[] {1});
    List<String> lines = new ArrayList<>(List.of("subject,image," + header));
    for (int n = 0; n < rows.size(); n++) {
      lines.add("s%d,a.png,%s".formatted(n, rows.get(n)));
    }
    Path table = folder.resolve("table.csv");
    Files.write(table, lines);
    Path config = folder.resolve("config.yaml");
    Files.writeString(
        config,
        "data: {set: never, layout: csv, source: '%s', channels: [image]}".formatted(table));
    return PreparationPlan.of(TrainingConfig.read(config, List.of()).data().preparation());
  }

  /** Two scans of each patient; every fifth has one diseased scan. */
  private PreparationPlan patients(int count) throws Exception {
    List<String> rows = new ArrayList<>();
    for (int patient = 0; patient < count; patient++) {
      rows.add("p%d,0".formatted(patient));
      rows.add("p%d,%d".formatted(patient, patient % 5 == 0 ? 1 : 0));
    }
    return plan("patient,label", rows);
  }

  @Test
  void everyPatientIsInOneFoldAndKindsAreSpreadEvenly() throws Exception {
    PreparationPlan plan = patients(83);
    for (int folds : List.of(2, 5, 7)) {
      for (long seed = 0; seed < 20; seed++) {
        Map<String, List<String>> groups = PatientGroups.folds(plan, folds, seed).patients();
        assertEquals(folds, groups.size());
        List<String> all = groups.values().stream().flatMap(List::stream).toList();
        assertEquals(83, all.size());
        assertEquals(plan.patients().keySet(), Set.copyOf(all));
        for (List<String> group : groups.values()) {
          int diseased =
              (int)
                  group.stream()
                      .filter(patient -> Integer.parseInt(patient.substring(1)) % 5 == 0)
                      .count();
          between(17 / folds, 1, diseased);
          between(66 / folds, 1, group.size() - diseased);
          between(83 / folds, 1, group.size());
        }
      }
    }
  }

  private static void between(int least, int more, int value) {
    assertTrue(value >= least && value <= least + more, value + " and " + least);
  }

  @Test
  void theSeedDecidesWhoIsWhere() throws Exception {
    PreparationPlan plan = patients(40);
    assertEquals(PatientGroups.folds(plan, 4, 1), PatientGroups.folds(plan, 4, 1));
    assertNotEquals(PatientGroups.folds(plan, 4, 1), PatientGroups.folds(plan, 4, 2));
    assertEquals(
        List.of("fold-1", "fold-2"),
        List.copyOf(PatientGroups.folds(plan, 4, 1).atMost(2).patients().keySet()));
  }

  @Test
  void fewerDiseasedPatientsThanFoldsAreRefused() throws Exception {
    PreparationPlan plan = patients(20);
    assertEquals(
        "cross_validation has folds: 5, and there are 4 patients with a lesion, fewer than one a"
            + " fold",
        refused(() -> PatientGroups.folds(plan, 5, 1)));
  }

  @Test
  void aGroupForEachValueOfAColumn() throws Exception {
    PreparationPlan plan =
        plan("patient,label,site", List.of("p,1,Ulm", "q,0,Bern", "p,0,Ulm", "r,0,Ulm"));
    PatientGroups groups = PatientGroups.by(new TableColumn("leave_one_out.by", "site"), plan);
    assertEquals(Map.of("Bern", List.of("q"), "Ulm", List.of("p", "r")), groups.patients());
    assertEquals(Set.of("Bern"), groups.atMost(1).patients().keySet());
  }

  @Test
  void aColumnThatCannotKeepPatientsApartIsNamed() throws Exception {
    TableColumn site = new TableColumn("leave_one_out.by", "site");
    PreparationPlan without = plan("label,ward,view", List.of("1,3,AP"));
    assertEquals(
        "leave_one_out.by names the column site, and subject s0 comes from a table that has none;"
            + " it has view, ward",
        refused(() -> PatientGroups.by(site, without)));
    PreparationPlan blank = plan("label,site", List.of("1,Ulm", "0,"));
    assertEquals(
        "leave_one_out.by names the column site, which is empty for subject s1",
        refused(() -> PatientGroups.by(site, blank)));
    PreparationPlan moved = plan("patient,label,site", List.of("p,1,Ulm", "p,0,Bern"));
    assertEquals(
        "leave_one_out.by keeps values of site apart, and patient p has two, Ulm and Bern",
        refused(() -> PatientGroups.by(site, moved)));
    PreparationPlan one = plan("label,site", List.of("1,Ulm", "0,Ulm"));
    assertEquals(
        "leave_one_out.by leaves one site out, and there is only Ulm",
        refused(() -> PatientGroups.by(site, one)));
    PreparationPlan nothing = plan("label", List.of("1"));
    assertTrue(
        refused(() -> PatientGroups.by(site, nothing))
            .endsWith("comes from no table with other columns; layout csv has tables"));
  }

  @Test
  void onePatientAtATimeIsEverybodyWithALesionUnlessNamed() throws Exception {
    PreparationPlan plan = patients(12);
    assertEquals(
        new TreeSet<>(Set.of("p0", "p5", "p10")),
        new TreeSet<>(PatientGroups.single(plan, List.of()).patients().keySet()));
    assertEquals(Map.of("p3", List.of("p3")), PatientGroups.single(plan, List.of("p3")).patients());
    assertEquals(
        "there is no patient p99 to leave out",
        refused(() -> PatientGroups.single(plan, List.of("p99"))));
  }

  private static String refused(org.junit.jupiter.api.function.Executable attempt) {
    return assertThrows(DataException.class, attempt).getMessage();
  }
}
