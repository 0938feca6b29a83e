package dev.hale.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hale.scan.Axis;
import dev.hale.scan.BrainMask;
import dev.hale.scan.BrainMasks;
import dev.hale.scan.PreparedScan;
import dev.hale.scan.Preprocessing;
import dev.hale.scan.Scan;
import dev.hale.scan.SliceMasks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole way there and back on the scans named by HALE_DATA; skipped where they are absent. */
@Tag("slow")
class RealDataTest {
  @TempDir Path folder;

  private static Path data(String subject) {
    String root = System.getenv("HALE_DATA");
    assumeTrue(root != null, "HALE_DATA is not set");
    Path path = Path.of(root, subject);
    assumeTrue(Files.isDirectory(path), path + " is absent");
    return path;
  }

  @ParameterizedTest
  @CsvSource({"brats2013/pat0001", "brats2013/pat0002", "brats2013/pat0003", "brats2013/pat0004"})
  void theBrainFoundIsTheBrainGiven(String subject) {
    Path path = data(subject);
    Scan scan = ScanReader.read(List.of(path.resolve("FLAIR.nii.gz"), path.resolve("T1c.nii.gz")));
    byte[] given =
        ScanReader.readMask(path.resolve("brainmask.nii.gz"), scan.grid(), "scan").voxels();
    double dice = BrainMasks.dice(given, BrainMask.find(scan));
    System.out.printf("%s: Dice of the brain found %.4f%n", subject, dice);
    assertTrue(dice > 0.98, "Dice " + dice);
  }

  @ParameterizedTest
  @CsvSource({
    "brats2013/pat0001,FLAIR,T1c,seg",
    "brats2013/pat0004,FLAIR,T1c,seg",
    "mslesseg/P39,FLAIR,T1,lesion",
    "open-ms/patient07,FLAIR,T2,gold",
    "open-ms/patient19,FLAIR,T1POST,gold"
  })
  void scansGoToTheModelAndBack(String subject, String first, String second, String label) {
    Path path = data(subject);
    long start = System.nanoTime();
    Scan scan =
        ScanReader.read(List.of(path.resolve(first + ".nii.gz"), path.resolve(second + ".nii.gz")));
    byte[] lesion =
        ScanReader.readMask(path.resolve(label + ".nii.gz"), scan.grid(), "scan").voxels();
    long read = System.nanoTime();
    List<String> channels = List.of(first, second);
    PreparedScan coarse = new Preprocessing(channels, 64, 3, Axis.AXIAL).prepare(scan, null);
    long prepared = System.nanoTime();
    SliceMasks masks = coarse.toModel(lesion);
    float[][] maps = new float[coarse.count()][64 * 64];
    int diseased = 0;
    for (int n = 0; n < maps.length; n++) {
      diseased += masks.diseased(n) ? 1 : 0;
      for (int p = 0; p < maps[n].length; p++) {
        maps[n][p] = masks.masks()[n][p];
      }
    }
    float[] map = coarse.restore(maps, 0);
    byte[] back = new byte[map.length];
    for (int v = 0; v < map.length; v++) {
      back[v] = (byte) (map[v] >= 0.5 ? 1 : 0);
    }
    PreparedScan fine =
        new Preprocessing(channels, 208, 1, Axis.AXIAL, 0, 100, 0).prepare(scan, null);
    Scan restored = fine.restoreScan(fine.images());
    double largest = 0;
    for (int v = 0; v < restored.voxels().length; v++) {
      largest = Math.max(largest, Math.abs(restored.voxels()[v] - scan.voxels()[v]));
    }
    double range = fine.upper()[0] - fine.lower()[0];
    System.out.printf(
        "%s: %d slices, %d diseased, brain %.0f ml, unseen %.4f, lesion Dice at 3 mm %.3f,"
            + " largest error at 1 mm %.2g of %.4g, read %d ms, prepared %d ms%n",
        subject,
        coarse.count(),
        diseased,
        BrainMasks.count(coarse.brainMask()) / 1000.0,
        coarse.unseen(),
        BrainMasks.dice(back, lesion),
        largest,
        range,
        (read - start) / 1_000_000,
        (prepared - read) / 1_000_000);
    assertTrue(diseased > 0 && diseased < coarse.count());
    assertTrue(coarse.unseen() < 0.02);
    assertTrue(largest < 1e-5 * range, "pixels as large as voxels copy them: " + largest);
    Path written = folder.resolve("map.nii");
    Nifti.writeMap(written, scan.grid(), map);
    assertEquals(scan.grid(), Nifti.read(written).grid());
  }
}
