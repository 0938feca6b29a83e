package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomOptions;
import dev.hale.data.phantom.PhantomSubject;
import dev.hale.io.Nifti;
import dev.hale.scan.Scan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a small phantom whose healthy image is half healed. */
final class ScoreCommandTest {
  private static final PhantomOptions SMALL = new PhantomOptions(48, 48, 8, 4, 12);

  @TempDir Path folder;

  @BeforeEach
  void write() throws Exception {
    PhantomSubject glioma = Phantom.subject(Pathology.GLIOMA, 5, SMALL);
    PhantomSubject twin = Phantom.subject(Pathology.HEALTHY, 5, SMALL);
    writeScan(folder.resolve("study/glioma-5"), "", glioma.scan());
    Nifti.writeMask(
        folder.resolve("study/glioma-5/lesion.nii.gz"), glioma.scan().grid(), glioma.lesion());
    Nifti.writeMask(
        folder.resolve("study/glioma-5/brain.nii.gz"), glioma.scan().grid(), glioma.brain());
    writeScan(folder.resolve("twins/healthy-5"), "", twin.scan());
    float[] half = glioma.scan().voxels().clone();
    int size = glioma.scan().grid().size();
    for (int v = 0; v < half.length; v++) {
      if (glioma.lesion()[v % size] != 0) {
        half[v] = (half[v] + twin.scan().voxels()[v]) / 2;
      }
    }
    Path detection = folder.resolve("out/glioma-5");
    Scan healed = new Scan("healed", glioma.scan().channels(), glioma.scan().grid(), half);
    writeScan(detection, "healthy_", healed);
    Nifti.writeMap(detection.resolve("map.nii.gz"), healed.grid(), glioma.scan().channel(0));
    Nifti.writeMask(detection.resolve("mask.nii.gz"), healed.grid(), glioma.lesion());
  }

  private static void writeScan(Path target, String prefix, Scan scan) throws Exception {
    Files.createDirectories(target);
    for (int c = 0; c < scan.channels().size(); c++) {
      Nifti.writeMap(
          target.resolve(prefix + scan.channels().get(c) + ".nii.gz"),
          scan.grid(),
          scan.channel(c));
    }
  }

  private CommandRun score(String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "score",
                folder.resolve("study").toString(),
                "--detections",
                folder.resolve("out").toString()));
    command.addAll(List.of(more));
    return CommandRun.of(command.toArray(String[]::new));
  }

  @Test
  void aHealthyImageIsComparedWithTheTwin() throws Exception {
    CommandRun run = score("--twin", folder.resolve("twins").toString(), "--json");
    assertEquals(0, run.exit(), run.err());
    JsonNode image = new ObjectMapper().readTree(run.out()).at("/0/healthyImage");
    double residual = image.get("residualContrast").asDouble();
    assertTrue(residual > 0.4 && residual < 0.75, "half, more where clamped: " + residual);
    assertEquals(0, image.get("outsideChange").asDouble());
    assertEquals(0, image.get("unmarkedChange").asDouble());
    assertTrue(image.get("outsideRmse").asDouble() > 0, "what the glioma displaces");
    assertEquals(image.get("healthySlices"), image.get("unchangedSlices"));
    CommandRun table = score("--twin", folder.resolve("twins").toString());
    assertTrue(table.out().contains("residual contrast"), table.out());
    CommandRun sagittal =
        score("--twin", folder.resolve("twins").toString(), "--json", "--axis", "sagittal");
    assertTrue(
        new ObjectMapper().readTree(sagittal.out()).at("/0/healthyImage/healthySlices").asInt()
            > image.get("healthySlices").asInt());
  }

  @Test
  void withoutATwinTheRestIsMeasured() throws Exception {
    CommandRun run = score();
    assertEquals(0, run.exit(), run.err());
    assertFalse(run.out().contains("residual"), run.out());
    assertTrue(run.out().contains("contrast to the other side"), run.out());
    for (String channel : List.of("FLAIR", "T1", "T1c", "T2")) {
      Files.delete(folder.resolve("out/glioma-5/healthy_" + channel + ".nii.gz"));
    }
    CommandRun none = score("--json");
    assertTrue(new ObjectMapper().readTree(none.out()).at("/0/healthyImage").isNull());
    assertFalse(score().out().contains("healthy image of"));
  }

  @Test
  void aTwinThatIsNotThereOrAnotherHeadIsNamed() throws Exception {
    Scan some = Phantom.subject(Pathology.HEALTHY, 6, SMALL).scan();
    writeScan(folder.resolve("others/healthy-6"), "", some);
    CommandRun missing = score("--twin", folder.resolve("others").toString());
    assertEquals(ExitCode.DATA.code(), missing.exit());
    assertTrue(
        missing.err().contains("has no twin of glioma-5: expected a folder glioma-5 or healthy-5"),
        missing.err());
    Scan wide = Phantom.subject(Pathology.HEALTHY, 5, new PhantomOptions(50, 48, 8, 4, 12)).scan();
    writeScan(folder.resolve("wide/glioma-5"), "", wide);
    CommandRun other = score("--twin", folder.resolve("wide").toString());
    assertEquals(ExitCode.DATA.code(), other.exit());
    assertTrue(other.err().contains("grids differ: healthy twin"), other.err());
  }

  /** As BraTS has them, and as others write extensions. */
  @Test
  void filesAreFoundByTheNamesThatDetectionTakes() throws Exception {
    Path plain = folder.resolve("study/glioma-5");
    Path named = Files.createDirectories(folder.resolve("brats/glioma-5"));
    Files.move(plain.resolve("FLAIR.nii.gz"), named.resolve("glioma-5_flair.NII.GZ"));
    Files.move(plain.resolve("T1c.nii.gz"), named.resolve("glioma-5_t1ce.nii.gz"));
    Files.move(plain.resolve("T1.nii.gz"), named.resolve("glioma-5_t1.nii.gz"));
    Files.move(plain.resolve("T2.nii.gz"), named.resolve("glioma-5_t2.nii.gz"));
    Files.move(plain.resolve("lesion.nii.gz"), named.resolve("glioma-5_seg.NII.GZ"));
    Files.move(plain.resolve("brain.nii.gz"), named.resolve("glioma-5_brain.nii.gz"));
    Files.write(named.resolve("._glioma-5_flair.nii.gz"), new byte[4096]);
    CommandRun run =
        CommandRun.of(
            "score",
            folder.resolve("brats").toString(),
            "--detections",
            folder.resolve("out").toString(),
            "--lesion",
            "seg",
            "--rename",
            "t1ce=T1c",
            "--json");
    assertEquals(0, run.exit(), run.err());
    JsonNode score = new ObjectMapper().readTree(run.out());
    assertEquals(1, score.size());
    assertEquals(1.0, score.at("/0/method/dice").asDouble());
    assertTrue(score.at("/0/healthyImage/outsideChange").isNumber(), run.out());
  }

  @Test
  void aVoxelWithoutANumberIsBackgroundAndSaid() throws Exception {
    Path file = folder.resolve("study/glioma-5/FLAIR.nii.gz");
    Scan flair = Nifti.read(file);
    float[] voxels = flair.voxels().clone();
    voxels[flair.grid().index(24, 24, 4)] = Float.NaN;
    Nifti.writeMap(file, flair.grid(), voxels);
    CommandRun run = score();
    assertEquals(0, run.exit(), run.err());
    assertTrue(
        run.err()
            .contains("scan glioma-5, channel FLAIR: voxels of the brain without a number: 1;"),
        run.err());
    CommandRun detect =
        CommandRun.of(
            "detect",
            "--method",
            "intensity",
            folder.resolve("study").toString(),
            "--out",
            folder.resolve("found").toString());
    assertEquals(0, detect.exit(), detect.err());
    assertTrue(detect.err().contains("without a number: 1;"), detect.err());
    float[] map = Nifti.read(folder.resolve("found/glioma-5/map.nii.gz")).voxels();
    assertEquals(0, map[flair.grid().index(24, 24, 4)]);
  }

  @Test
  void aMapWithoutNumbersIsRefused() throws Exception {
    Path file = folder.resolve("out/glioma-5/map.nii.gz");
    Scan map = Nifti.read(file);
    float[] voxels = map.voxels().clone();
    voxels[map.grid().index(24, 24, 4)] = Float.NaN;
    Nifti.writeMap(file, map.grid(), voxels);
    CommandRun run = score();
    assertEquals(ExitCode.DATA.code(), run.exit(), run.err());
    assertTrue(run.err().contains("map.nii.gz: holds NaN in the brain"), run.err());
  }
}
