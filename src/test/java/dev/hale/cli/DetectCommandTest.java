package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hale.TinyModel;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomOptions;
import dev.hale.data.phantom.PhantomSubject;
import dev.hale.io.Nibabel;
import dev.hale.io.Nifti;
import dev.hale.io.Picture;
import dev.hale.io.ScanReader;
import dev.hale.scan.Grid;
import dev.hale.scan.Scan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
final class DetectCommandTest {
  private static final String SAME_GRID =
      """
      import sys, nibabel, numpy
      scan, made = nibabel.load(sys.argv[1]), nibabel.load(sys.argv[2])
      assert made.shape == scan.shape, (made.shape, scan.shape)
      assert numpy.array_equal(made.affine, scan.affine), (made.affine, scan.affine)
      assert nibabel.aff2axcodes(made.affine) == ("S", "L", "A")
      assert made.get_data_dtype() == sys.argv[3], made.get_data_dtype()
      """;

  @TempDir static Path models;
  private static Path two;
  private static Path one;

  @TempDir Path temporary;
  private Path out;

  @BeforeAll
  static void writeModels() throws IOException {
    two = TinyModel.write(models.resolve("two"), "FLAIR", "T1");
    one = TinyModel.write(models.resolve("one"), "CXR");
  }

  @BeforeEach
  void nameOut() {
    out = temporary.resolve("out");
  }

  @Test
  void aSubjectFolderGivesMapsOnItsOwnGrid() throws Exception {
    PhantomSubject subject = writeSubject("p", 1);
    CommandRun run = detect(two, temporary.resolve("p"));
    assertEquals(0, run.exit(), run.err());
    assertTrue(run.out().matches("(?s)scan .*\\np +done .*"), run.out());
    Path folder = out.resolve("p");
    assertEquals(
        List.of(
            "detection.json",
            "healthy_FLAIR.nii.gz",
            "healthy_T1.nii.gz",
            "lesions.tsv",
            "map.nii.gz",
            "mask.nii.gz",
            "montage.png"),
        names(folder));
    Grid grid = subject.scan().grid();
    Scan map = Nifti.read(folder.resolve("map.nii.gz"));
    byte[] mask = ScanReader.readMask(folder.resolve("mask.nii.gz"), grid, "phantom").voxels();
    assertArrayEquals(grid.affine(), map.grid().affine(), 1e-9);
    assertEquals(map.grid(), Nifti.read(temporary.resolve("p/FLAIR.nii.gz")).grid());
    assertEquals(map.grid(), Nifti.read(folder.resolve("healthy_T1.nii.gz")).grid());
    double threshold =
        json(Files.readString(folder.resolve("detection.json"))).get("threshold").asDouble();
    int marked = 0;
    for (int v = 0; v < mask.length; v++) {
      boolean inside = subject.brain()[v] != 0;
      assertTrue(inside || map.voxels()[v] == 0);
      assertEquals(inside && map.voxels()[v] > threshold ? 1 : 0, mask[v]);
      marked += mask[v];
    }
    assertTrue(marked > 0);
    assertTrue(ImageIO.read(folder.resolve("montage.png").toFile()).getWidth() > 400);
  }

  @Test
  void aChannelThatMayLackIsNotMissed() throws IOException {
    Path model = TinyModel.write(models.resolve("lacking"), "FLAIR", "T1");
    TinyModel.makeOptional(model, "T1");
    writeSubject("both", 1);
    writeSubject("flair", 2);
    writeSubject("t1", 3);
    Files.delete(temporary.resolve("flair/T1.nii.gz"));
    Files.delete(temporary.resolve("t1/FLAIR.nii.gz"));
    CommandRun run = detect(model, temporary);
    assertEquals(ExitCode.PARTIAL.code(), run.exit(), run.err());
    assertTrue(run.err().contains("model expects FLAIR, T1 (T1 optional), scan has T1"), run.err());
    assertTrue(Files.exists(out.resolve("both/healthy_T1.nii.gz")));
    assertEquals(
        List.of(
            "detection.json",
            "healthy_FLAIR.nii.gz",
            "lesions.tsv",
            "map.nii.gz",
            "mask.nii.gz",
            "montage.png"),
        names(out.resolve("flair")));
    Path alone = temporary.resolve("flair/FLAIR.nii.gz");
    CommandRun named = detect(model, alone, "--channels", "FLAIR");
    assertEquals(0, named.exit(), named.err());
  }

  @Test
  void nibabelSeesTheScansGridToo() throws Exception {
    writeSubject("p", 1);
    assertEquals(0, detect(two, temporary.resolve("p")).exit());
    Path folder = out.resolve("p");
    for (String file : List.of("map", "mask", "healthy_FLAIR")) {
      Nibabel.run(
          temporary,
          SAME_GRID,
          temporary.resolve("p/FLAIR.nii.gz").toString(),
          folder.resolve(file + ".nii.gz").toString(),
          file.equals("mask") ? "uint8" : "float32");
    }
  }

  @Test
  void aRerunSkipsAndOverwriteRedoes() throws IOException {
    writeSubject("p", 1);
    Path record = out.resolve("p/detection.json");
    detect(two, temporary);
    Object first = Files.readAttributes(record, "unix:ino").get("ino");
    CommandRun again = detect(two, temporary);
    assertEquals(0, again.exit());
    assertTrue(again.out().contains("skipped"), again.out());
    assertEquals("", again.err());
    CommandRun other = detect(two, temporary, "--guidance", "5", "-q");
    assertEquals(ExitCode.DATA.code(), other.exit());
    assertEquals(
        "hale: p failed: %s holds another result (guidance 30.0, now 5.0);"
                .formatted(out.resolve("p"))
            + " choose another --out, or --overwrite to replace it\n",
        other.err().replaceFirst("(?m)^p failed\n", ""));
    assertEquals(first, Files.readAttributes(record, "unix:ino").get("ino"));
    detect(two, temporary, "--guidance", "5", "--overwrite");
    assertEquals("5.0", json(Files.readString(record)).get("provenance").get("guidance").asText());
    assertEquals(List.of("p"), names(out));
  }

  @Test
  void scansInFoldersOfOneNameAreKeptApart() throws IOException {
    writeSubject("in/subj01/anat", 1);
    writeSubject("in/subj02/anat", 2);
    assertEquals(0, detect(two, temporary.resolve("in")).exit());
    assertEquals(List.of("subj01_anat", "subj02_anat"), names(out));
    out = temporary.resolve("one");
    assertEquals(0, detect(two, temporary.resolve("in/subj01")).exit());
    CommandRun second = detect(two, temporary.resolve("in/subj02"), "--json");
    assertEquals(ExitCode.DATA.code(), second.exit());
    assertTrue(
        second
            .err()
            .contains(
                "FLAIR %s, now %s"
                    .formatted(
                        temporary.resolve("in/subj01/anat/FLAIR.nii.gz"),
                        temporary.resolve("in/subj02/anat/FLAIR.nii.gz"))),
        second.err());
    assertTrue(json(second.out()).get(0).get("imageScore").isNull(), second.out());
    assertEquals(List.of("anat"), names(out));
  }

  @Test
  void theRecordSaysWhatItsFilesHeld() throws IOException {
    writeSubject("p", 1);
    assertEquals(0, detect(two, temporary).exit());
    JsonNode inputs = json(Files.readString(out.resolve("p/detection.json"))).get("inputs");
    Path file = temporary.resolve("p/T1.nii.gz");
    JsonNode input = inputs.get(file.toString());
    assertEquals("T1", input.get("channel").asText());
    assertEquals(Files.size(file), input.get("bytes").asLong());
    assertEquals(64, input.get("sha256").asText().length());
  }

  @Test
  void oneBrokenFileDoesNotStopTheOthers() throws IOException {
    writeSubject("a", 1);
    writeSubject("b", 2);
    writeSubject("c", 3);
    writeSubject("d", 4);
    Files.writeString(temporary.resolve("b/T1.nii.gz"), "not an image");
    Files.delete(temporary.resolve("c/T1.nii.gz"));
    CommandRun run = detect(two, temporary, "--json", "-q");
    assertEquals(ExitCode.PARTIAL.code(), run.exit());
    assertEquals(List.of("a", "d"), names(out));
    JsonNode array = json(run.out());
    List<String> keys = new ArrayList<>();
    array.get(0).fieldNames().forEachRemaining(keys::add);
    assertEquals(
        List.of(
            "name",
            "status",
            "folder",
            "imageScore",
            "threshold",
            "thresholdName",
            "lesionVolumeMl",
            "slices",
            "seconds",
            "warnings",
            "error"),
        keys);
    List<String> statuses = new ArrayList<>();
    array.forEach(
        scan -> statuses.add(scan.get("name").asText() + " " + scan.get("status").asText()));
    assertEquals(List.of("a done", "b failed", "c failed", "d done"), statuses);
    assertTrue(array.get(0).get("lesionVolumeMl").asDouble() > 0);
    assertEquals(3, array.get(0).get("slices").asInt());
    assertTrue(array.get(1).get("error").asText().contains("b/T1.nii.gz"));
    assertTrue(run.err().contains("it lacks T1"), run.err());
    assertTrue(run.err().endsWith("hale: 2 of 4 scans failed\n"), run.err());
  }

  @Test
  void namedFilesNeedNoNames() throws IOException {
    writeSubject("p", 1);
    Files.move(temporary.resolve("p/FLAIR.nii.gz"), temporary.resolve("p/x.nii.gz"));
    Files.move(temporary.resolve("p/T1.nii.gz"), temporary.resolve("p/y.nii.gz"));
    String x = temporary.resolve("p/x.nii.gz").toString();
    String y = temporary.resolve("p/y.nii.gz").toString();
    CommandRun unnamed = detect(two, Path.of(x), y);
    assertEquals(ExitCode.DATA.code(), unnamed.exit());
    assertTrue(unnamed.err().contains("model expects FLAIR, T1"), unnamed.err());
    CommandRun run = detect(two, Path.of(x), y, "--channels", "flair,t1");
    assertEquals(0, run.exit(), run.err());
    assertEquals(List.of("p"), names(out));
    CommandRun wrong = detect(two, Path.of(x), y, "--channels", "FLAIR,T2", "--overwrite");
    assertEquals(ExitCode.DATA.code(), wrong.exit());
    assertTrue(wrong.err().contains("model expects FLAIR, T1, scan has FLAIR, T2"), wrong.err());
    assertEquals(ExitCode.USAGE.code(), detect(two, temporary, "--channels", "FLAIR,T1").exit());
  }

  @Test
  void renamedFilesAndBrainMasksAreFound() throws IOException {
    PhantomSubject subject = writeSubject("p", 1);
    Files.move(temporary.resolve("p/T1.nii.gz"), temporary.resolve("p/MPRAGE.nii.gz"));
    Nifti.writeMask(temporary.resolve("p/inside.nii.gz"), subject.scan().grid(), subject.brain());
    CommandRun run = detect(two, temporary, "--rename", "MPRAGE=T1", "--brain", "inside");
    assertEquals(0, run.exit(), run.err());
    assertEquals(
        temporary.resolve("p/inside.nii.gz").toString(),
        json(Files.readString(out.resolve("p/detection.json"))).get("brain").asText());
    CommandRun missing =
        detect(two, temporary, "--rename", "MPRAGE=T1", "--brain", "skull", "--overwrite");
    assertEquals(ExitCode.DATA.code(), missing.exit());
    assertTrue(missing.err().contains("no brain mask skull beside"), missing.err());
  }

  @Test
  void picturesGivePictures() throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("films"));
    Grid grid = Grid.ofSpacing(40, 30, 1, 1, 1, 1);
    float[] pixels = new float[grid.size()];
    for (int p = 0; p < pixels.length; p++) {
      pixels[p] = (p * 7) % 250;
    }
    Picture.write(folder.resolve("film1.png"), grid, pixels, 255);
    CommandRun run = detect(one, folder, "--brain", "whole", "--json");
    assertEquals(0, run.exit(), run.err());
    assertTrue(json(run.out()).get(0).get("lesionVolumeMl").isNull());
    assertTrue(
        names(out.resolve("film1")).containsAll(List.of("map.png", "mask.png", "healthy_CXR.png")));
    Scan mask = Picture.read(out.resolve("film1/mask.png"));
    Scan volume = Nifti.read(out.resolve("film1/mask.nii.gz"));
    for (int p = 0; p < pixels.length; p++) {
      assertEquals(255 * volume.voxels()[p], mask.voxels()[p]);
    }
  }

  @Test
  void modelsAndSettingsThatCannotBeAreRefusedAtOnce() throws IOException {
    writeSubject("p", 1);
    CommandRun noModel = detect(temporary, temporary);
    assertEquals(ExitCode.MODEL.code(), noModel.exit());
    assertTrue(noModel.err().contains("is not a model folder"), noModel.err());
    CommandRun steps = detect(two, temporary, "--steps", "500");
    assertEquals(ExitCode.USAGE.code(), steps.exit());
    assertTrue(steps.err().contains("steps 500, noise level 200"), steps.err());
    CommandRun calls = detect(two, temporary, "--calls", "3");
    assertEquals(ExitCode.USAGE.code(), calls.exit());
    assertTrue(calls.err().contains("calls 3, steps 2"), calls.err());
    CommandRun noise = detect(two, temporary, "--noise-level", "5000");
    assertEquals(ExitCode.USAGE.code(), noise.exit());
    CommandRun healthy = detect(two, temporary, "--threshold", "healthy");
    assertEquals(ExitCode.MODEL.code(), healthy.exit());
    assertTrue(healthy.err().contains("no healthy threshold"), healthy.err());
    assertEquals(ExitCode.DEVICE.code(), detect(two, temporary, "--device", "abacus").exit());
    assertEquals(ExitCode.USAGE.code(), detect(two, temporary, "--preset", "wolleb").exit());
    CommandRun workers = detect(two, temporary, "--workers", "0");
    assertEquals(ExitCode.USAGE.code(), workers.exit());
    assertTrue(workers.err().contains("--workers is 0, must be at least 1"), workers.err());
    assertTrue(Files.notExists(out));
  }

  @Test
  void theNetworkCanBeCalledInSomeSteps() throws IOException {
    writeSubject("p", 1);
    CommandRun run = detect(two, temporary, "--steps", "4", "--calls", "3");
    assertEquals(0, run.exit(), run.err());
    JsonNode provenance = json(Files.readString(out.resolve("p/detection.json"))).get("provenance");
    assertEquals("4", provenance.get("steps").asText());
    assertEquals("3", provenance.get("calls").asText());
  }

  @Test
  void thePublishedPresetRuns() throws IOException {
    writeSubject("p", 1);
    CommandRun run =
        detect(two, temporary, "--preset", "wolleb-2022", "--noise-level", "100", "--steps", "2");
    assertEquals(0, run.exit(), run.err());
    JsonNode provenance = json(Files.readString(out.resolve("p/detection.json"))).get("provenance");
    assertEquals("wolleb-2022", provenance.get("chain").asText());
    assertEquals("100.0", provenance.get("guidance").asText());
    assertEquals("0.0", provenance.get("smoothing").asText());
  }

  private CommandRun detect(Path model, Path input, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("detect", "--model", model.toString(), input.toString(), "--out", "" + out));
    arguments.addAll(List.of("--threads", "1"));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private PhantomSubject writeSubject(String name, long seed) throws IOException {
    PhantomSubject subject =
        TurnedPhantom.of(
            Phantom.subject(Pathology.GLIOMA, seed, new PhantomOptions(32, 30, 3, 6, 10)));
    Path folder = Files.createDirectories(temporary.resolve(name));
    for (String channel : List.of("FLAIR", "T1")) {
      Scan scan = subject.scan();
      Nifti.writeMap(
          folder.resolve(channel + ".nii.gz"),
          scan.grid(),
          scan.channel(scan.channelIndex(channel)));
    }
    return subject;
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }
}
