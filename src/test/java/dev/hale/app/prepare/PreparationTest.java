package dev.hale.app.prepare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hale.HaleException;
import dev.hale.app.config.ConfigFile;
import dev.hale.app.recipe.DataSettings;
import dev.hale.app.recipe.PreparationSettings;
import dev.hale.data.layout.Skipped;
import dev.hale.data.phantom.OtherScanner;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.data.prepared.PreparedSlice;
import dev.hale.data.prepared.Split;
import dev.hale.io.Npy;
import dev.hale.scan.Axis;
import dev.hale.scan.DataException;
import dev.hale.scan.Normalisation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class PreparationTest {
  @TempDir Path folder;

  private static PreparationSettings settings(
      String layout, Path source, List<String> channels, int subjects) {
    return new PreparationSettings(
        layout,
        Optional.ofNullable(source),
        channels,
        List.of(),
        32,
        6,
        Axis.AXIAL,
        1,
        99,
        Normalisation.PERCENTILES,
        0.02,
        2,
        0.34,
        0,
        List.of(),
        List.of(),
        5,
        List.of(Pathology.GLIOMA, Pathology.HEALTHY),
        subjects,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private List<Skipped> prepare(PreparationSettings settings, Path out) {
    return Preparation.run(settings, PreparationPlan.of(settings), out, done -> {});
  }

  @Test
  void phantomsFromDiskGiveTheSameImagesAsPhantomsMadeOnTheWay() throws IOException {
    Path disk = folder.resolve("disk");
    new PhantomDataset(disk, List.of(Pathology.GLIOMA, Pathology.HEALTHY), 2, 5)
        .write(false, s -> {});
    List<String> channels = List.of("FLAIR", "T1");
    prepare(settings("phantom", null, channels, 2), folder.resolve("a"));
    prepare(settings("phantom", disk, channels, 1), folder.resolve("b"));
    try (PreparedSet made = PreparedSet.open(folder.resolve("a"));
        PreparedSet read = PreparedSet.open(folder.resolve("b"))) {
      assertEquals(made.slices().size(), read.slices().size());
      float[] one = new float[2 * 32 * 32];
      float[] other = new float[2 * 32 * 32];
      for (int row = 0; row < made.slices().size(); row++) {
        made.image(row, one, 0);
        read.image(row, other, 0);
        assertArrayEquals(one, other, 1e-5f);
        assertArrayEquals(made.lesion(row), read.lesion(row));
        assertEquals(made.slices().get(row).label(), read.slices().get(row).label());
      }
      assertTrue(made.slices().stream().anyMatch(PreparedSlice::diseased));
    }
  }

  @Test
  void aBrokenSubjectIsSkippedAndTheOthersStay() throws IOException {
    Path disk = folder.resolve("disk");
    new PhantomDataset(disk, List.of(Pathology.GLIOMA), 2, 5).write(false, s -> {});
    Path broken;
    try (var folders = Files.list(disk)) {
      broken = folders.filter(Files::isDirectory).sorted().findFirst().get();
    }
    Files.write(broken.resolve("FLAIR.nii.gz"), new byte[] {1, 2, 3});
    List<Skipped> skipped =
        prepare(settings("phantom", disk, List.of("FLAIR"), 1), folder.resolve("set"));
    assertEquals(broken.getFileName().toString(), skipped.get(0).what());
    try (PreparedSet set = PreparedSet.open(folder.resolve("set"))) {
      Set<String> subjects =
          set.slices().stream().map(PreparedSlice::subject).collect(Collectors.toSet());
      assertEquals(1, subjects.size());
      assertEquals(1, set.description().get("skipped").size());
    }
  }

  @Test
  void whereNothingRemainsNothingIsWritten() throws IOException {
    Files.createDirectories(folder.resolve("none"));
    PreparationSettings settings = settings("brats", folder.resolve("none"), List.of("FLAIR"), 1);
    assertThrows(DataException.class, () -> prepare(settings, folder.resolve("set")));
    assertFalse(Files.exists(folder.resolve("set")));
  }

  @Test
  void aFolderThatIsNoPreparedSetIsNotReplaced() throws IOException {
    Path precious = folder.resolve("precious");
    Files.createDirectories(precious);
    Files.writeString(precious.resolve("thesis.txt"), "all of it");
    PreparationSettings settings = settings("phantom", null, List.of("FLAIR"), 1);
    assertThrows(DataException.class, () -> prepare(settings, precious));
    assertTrue(Files.exists(precious.resolve("thesis.txt")));
  }

  @Test
  void radiographsAreResizedAndLabelledByTheirFolder() throws IOException {
    for (String label : List.of("healthy", "diseased")) {
      Path place = folder.resolve("xrays/train/" + label);
      Files.createDirectories(place);
      float[] values = new float[64 * 64];
      for (int p = 0; p < values.length; p++) {
        values[p] = p % 64;
      }
      Npy.write(
          place.resolve("patient0000" + label.length() + "_a.npy"), new int[] {64, 64}, values);
    }
    Path out = folder.resolve("set");
    prepare(settings("chexpert", folder.resolve("xrays"), List.of("image"), 1), out);
    try (PreparedSet set = PreparedSet.open(out)) {
      assertEquals(
          List.of(0, 1), set.slices().stream().map(PreparedSlice::label).sorted().toList());
      assertTrue(set.slices().stream().allMatch(s -> s.split() == Split.TRAIN));
      float[] image = new float[32 * 32];
      set.image(0, image, 0);
      assertEquals(-1, image[0], 0.05f);
      assertEquals(1, image[31], 0.05f);
      assertEquals(0, image[16], 0.1f);
    }
  }

  @Test
  void oneLabelASubjectMakesAllSlicesOfADiseasedOneDiseased() {
    List<PreparedSlice> bySlice = slices("labels: slice", "slice");
    List<PreparedSlice> bySubject = slices("labels: subject", "subject");
    assertTrue(bySlice.stream().anyMatch(s -> s.subject().contains("glioma") && !s.diseased()));
    assertTrue(bySubject.size() >= bySlice.size(), "none is left out for a few lesion pixels");
    for (PreparedSlice slice : bySubject) {
      assertEquals(slice.subject().contains("glioma"), slice.diseased(), slice.subject());
    }
    assertTrue(
        bySubject.stream().anyMatch(s -> s.diseased() && s.lesionVoxels().getAsInt() == 0),
        "masks stay what they are");
  }

  @Test
  void ofTwoCohortsHealthySlicesAreHealthyPeoplesAlone() {
    List<PreparedSlice> bySlice = slices("labels: slice", "whole");
    List<PreparedSlice> cohorts = slices("labels: cohort", "cohorts");
    assertEquals(
        bySlice.stream().filter(s -> s.diseased() || s.subject().contains("healthy")).toList(),
        cohorts);
    assertTrue(cohorts.size() < bySlice.size());
  }

  @Test
  void diseasedPhantomsMayComeFromAnotherScanner() {
    PreparationSettings settings = read("diseased_scanner: {rind: 0.6}");
    OtherScanner other = new OtherScanner(0, 1, 0, 0.6);
    assertEquals(other, settings.scanner(Pathology.GLIOMA));
    assertEquals(OtherScanner.DEFAULT, settings.scanner(Pathology.HEALTHY));
    List<Subject> made = PreparationPlan.of(settings).subjects();
    for (Subject subject : made) {
      assertEquals(
          subject.stratum().equals("healthy") ? OtherScanner.DEFAULT : other,
          ((Subject.MadeUp) subject).scanner());
    }
    HaleException real =
        assertThrows(
            HaleException.class, () -> read("diseased_scanner: {rind: 0.6}\n  source: scans"));
    assertTrue(
        real.getMessage().contains("is for phantoms that are made on the way"), real.getMessage());
  }

  @Test
  void scannersMayBeSwapped() {
    PreparationSettings settings = read("healthy_scanner: {contrast: 2}");
    OtherScanner other = new OtherScanner(0, 2, 0, 0);
    assertEquals(other, settings.scanner(Pathology.HEALTHY));
    assertEquals(OtherScanner.DEFAULT, settings.scanner(Pathology.GLIOMA));
    assertEquals(other, settings.balancedScanner(4));
    assertEquals(OtherScanner.DEFAULT, settings.balancedScanner(5));
    HaleException real =
        assertThrows(
            HaleException.class, () -> read("healthy_scanner: {contrast: 2}\n  source: scans"));
    assertTrue(real.getMessage().contains("healthy_scanner is for phantoms"), real.getMessage());
  }

  private static PreparationSettings read(String more) {
    String text =
        """
        data:
          set: unused
          layout: phantom
          pathologies: [glioma, healthy]
          subjects: 3
          image_size: 32
          spacing: 6
          minimum_lesion: 4
          %s
        """
            .formatted(more);
    record Whole(DataSettings data) {}
    return ConfigFile.parse(text, "test", Whole.class, List.of()).data().preparation();
  }

  private List<PreparedSlice> slices(String labels, String out) {
    prepare(read(labels), folder.resolve(out));
    try (PreparedSet set = PreparedSet.open(folder.resolve(out))) {
      return set.slices();
    }
  }

  @Test
  void realScansAreFoundAndSplitByName() {
    String data = System.getenv("HALE_DATA");
    assumeTrue(data != null, "HALE_DATA is not set");
    PreparationSettings settings =
        new PreparationSettings(
            "brats",
            Optional.of(Path.of(data, "brats2013")),
            List.of("FLAIR", "T1c"),
            List.of(),
            32,
            6,
            Axis.AXIAL,
            1,
            99,
            Normalisation.PERCENTILES,
            0.05,
            3,
            0,
            0,
            List.of(),
            List.of("pat0004"),
            0,
            List.of(Pathology.HEALTHY),
            1,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    assertEquals(List.of(), prepare(settings, folder.resolve("set")));
    try (PreparedSet set = PreparedSet.open(folder.resolve("set"))) {
      for (PreparedSlice slice : set.slices()) {
        assertEquals(slice.subject().equals("pat0004") ? Split.TEST : Split.TRAIN, slice.split());
      }
      assertTrue(set.slices().stream().anyMatch(s -> s.diseased()));
      assertTrue(set.slices().stream().anyMatch(s -> !s.diseased()));
    }
  }
}
