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
    CommandRun missing = score("--twin", folder.resolve("study/glioma-5").toString());
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
}
