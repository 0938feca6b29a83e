package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.io.Nifti;
import dev.hale.scan.Grid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A study of DataLad in which not everything was fetched: all that is there is done. */
final class BrokenSubjectsTest {
  private static final int SIDE = 40;
  private static final Grid GRID = Grid.ofSpacing(SIDE, SIDE, 4, 4, 4, 5);

  @TempDir Path temporary;
  private Path study;
  private Path out;

  @BeforeEach
  void writeStudy() throws IOException {
    study = temporary.resolve("study");
    out = temporary.resolve("out");
    for (String subject : List.of("s1", "s2", "s3", "s4")) {
      write(subject, 1);
    }
    unfetched("s2/FLAIR.nii.gz");
    Files.delete(study.resolve("s3/FLAIR.nii.gz"));
    Files.createFile(study.resolve("s3/FLAIR.hdr"));
    Files.createSymbolicLink(study.resolve("s5"), temporary.resolve("not-mounted"));
  }

  @Test
  void detectNamesThemAndDoesTheOthers() {
    CommandRun run = detect(study);
    assertEquals(ExitCode.PARTIAL.code(), run.exit(), run.err());
    assertTrue(run.out().matches("(?s).*\\ns1 +done.*\\ns4 +done.*"), run.out());
    said(run, "s2 failed: .*s2/FLAIR.nii.gz: is a git-annex link .* git annex get FLAIR.nii.gz.*");
    said(
        run, "s3 failed: .*s3/FLAIR.hdr: is half of an .hdr/.img pair, and FLAIR.img is not there");
    said(run, "s5 failed: .*s5: is a link to nothing .*");
    said(run, "3 of 5 scans failed");
    assertEquals(ExitCode.DATA.code(), detect(study.resolve("s2")).exit());
  }

  /** They would have had no brain mask beside them, for which all others lost theirs. */
  @Test
  void brokenScansDoNotChangeWhereTheBrainsComeFrom() throws IOException {
    CommandRun run = detect(study);
    assertFalse(run.err().contains("warning"), run.err());
    assertTrue(Files.readString(out.resolve("s1/detection.json")).contains("s1/brain.nii.gz"));
  }

  @Test
  void aBrainMaskThatIsNotThereIsNotFoundInstead() throws IOException {
    unfetched("s4/brain.nii.gz");
    CommandRun run = detect(study.resolve("s1"), study.resolve("s4"));
    assertEquals(ExitCode.PARTIAL.code(), run.exit(), run.err());
    said(run, "s4 failed: .*s4/brain.nii.gz: is a git-annex link.*");
    Path mask = study.resolve("s4/brain.nii.gz");
    CommandRun named = detect(study.resolve("s1"), "--overwrite", "--brain", mask);
    assertEquals(ExitCode.DATA.code(), named.exit(), named.err());
    said(named, "s1 failed: .*s4/brain.nii.gz: is a git-annex link.*");
    Files.delete(study.resolve("s1/brain.nii.gz"));
    CommandRun mixed = detect(study.resolve("s1"), study.resolve("s4"), "--overwrite");
    assertEquals(ExitCode.OK.code(), mixed.exit(), mixed.err());
    said(mixed, "warning: only 1 of 2 scans have a mask called brain.*");
    said(mixed, "warning: .*s4/brain.nii.gz is a git-annex link.*");
  }

  @Test
  void scoreNamesThemAndScoresTheOthers() throws IOException {
    detect(study);
    unfetched("s4/lesion.nii.gz");
    CommandRun run = score(study);
    assertEquals(ExitCode.PARTIAL.code(), run.exit(), run.err());
    assertTrue(run.out().matches("(?s).*\\ns1 +hale +\\d.*\\ns4 +failed.*"), run.out());
    said(run, "s2 failed: .*s2/FLAIR.nii.gz: is a git-annex link.*");
    said(run, "s3 failed: .*s3/FLAIR.hdr: is half of an .hdr/.img pair.*");
    said(run, "s4 failed: .*s4/lesion.nii.gz: is a git-annex link.*");
    said(run, "s5 failed: .*s5: is a link to nothing .*");
    assertEquals(ExitCode.DATA.code(), score(study.resolve("s4")).exit());
    assertEquals(ExitCode.OK.code(), score(study.resolve("s1")).exit());
  }

  @Test
  void prepareNamesThemAndTakesTheOthers() throws IOException {
    Files.writeString(study.resolve("s4/lesion.nii.gz"), "damaged");
    for (List<String> last : List.of(List.of("--dry-run"), List.of("--out", "" + out))) {
      List<String> line = new ArrayList<>(List.of("prepare", "phantom", "" + study, "-q"));
      line.addAll(List.of("--channels", "FLAIR"));
      line.addAll(last);
      CommandRun run = CommandRun.of(line.toArray(String[]::new));
      assertEquals(ExitCode.PARTIAL.code(), run.exit(), run.err());
      assertTrue(run.out().contains("s2: s2/FLAIR.nii.gz is a git-annex link"), run.out());
      assertTrue(run.out().contains("s3: s3/FLAIR.hdr is half of an .hdr/.img pair"), run.out());
      assertTrue(run.out().contains("s4/lesion.nii.gz: not a NIfTI file"), run.out());
      assertTrue(run.out().contains("s5: is a link to nothing"), run.out());
    }
    assertTrue(Files.readString(out.resolve("index.csv")).contains(",s1,"));
  }

  private void write(String subject, long seed) throws IOException {
    Path folder = Files.createDirectories(study.resolve(subject));
    SplittableRandom random = new SplittableRandom(seed);
    float[] flair = new float[GRID.size()];
    byte[] brain = new byte[GRID.size()];
    byte[] lesion = new byte[GRID.size()];
    for (int v = 0; v < flair.length; v++) {
      double x = v % SIDE - SIDE / 2.0;
      double y = v / SIDE % SIDE - SIDE / 2.0;
      brain[v] = (byte) (Math.hypot(x, y) < 17 ? 1 : 0);
      lesion[v] = (byte) (Math.hypot(x - 6, y) < 4 ? 1 : 0);
      flair[v] = brain[v] * (300 + random.nextInt(20) + 300 * lesion[v]);
    }
    Nifti.writeMap(folder.resolve("FLAIR.nii.gz"), GRID, flair);
    Nifti.writeMask(folder.resolve("brain.nii.gz"), GRID, brain);
    Nifti.writeMask(folder.resolve("lesion.nii.gz"), GRID, lesion);
  }

  /** Puts what git-annex leaves of a file in its place. */
  private void unfetched(String file) throws IOException {
    Path path = study.resolve(file);
    Files.delete(path);
    Files.createSymbolicLink(path, Path.of("../.git/annex/objects/xX/yY/MD5E-s1--0.nii.gz"));
  }

  private CommandRun detect(Object... arguments) {
    List<String> line = new ArrayList<>(List.of("detect", "--method", "intensity", "-q"));
    line.addAll(List.of("--out", out.toString()));
    for (Object argument : arguments) {
      line.add(argument.toString());
    }
    return CommandRun.of(line.toArray(String[]::new));
  }

  private CommandRun score(Path folder) {
    return CommandRun.of("score", folder.toString(), "--detections", out.toString(), "-q");
  }

  private static void said(CommandRun run, String line) {
    assertTrue(run.err().lines().anyMatch(l -> l.matches("hale: " + line)), run.err());
  }
}
