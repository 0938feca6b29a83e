package dev.hale.app.detect;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.Hale;
import dev.hale.ResidentPages;
import dev.hale.TinyModel;
import dev.hale.app.detect.DetectionOutcome.Status;
import dev.hale.detection.AnomalyDetector;
import dev.hale.detection.DetectionProgress;
import dev.hale.engine.Engine;
import dev.hale.io.Nifti;
import dev.hale.io.ScanFiles;
import dev.hale.io.ScanReader;
import dev.hale.scan.BrainMask;
import dev.hale.scan.Grid;
import dev.hale.scan.Scan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A folder of 200 tiny scans ({@code -Dhale.campaign.detections} says otherwise) with 1 to 4 slices
 * each, in a process of its own. Its optimising compiler is off, whose own memory grows by a tenth
 * of the process while code is warming up; what is left is what detecting holds on to.
 */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
class ManyScansTest {
  private static final int SCANS = Integer.getInteger("hale.campaign.detections", 200);
  private static final int WARM_UP = 60;
  private static final int EVERY = 4; // is detected again, alone
  private static final Grid GRID = Grid.ofSpacing(14, 15, 4, 12, 12, 12);

  @TempDir Path temporary;

  @Test
  void manyScansTakeNoMoreMemoryThanSixtyAndGetTheMapsThatTheyGetAlone()
      throws IOException, InterruptedException {
    ResidentPages pages =
        ResidentPages.of(
            LongRun.class,
            List.of(
                "-Xms96m",
                "-Xmx96m",
                "-XX:TieredStopAtLevel=1",
                "-Dhale.campaign.detections=" + SCANS),
            temporary.toString());
    long before = pages.before();
    long after = pages.after();
    assertTrue(
        after - before < 0.02 * before,
        "%d pages after %d scans, %d after %d".formatted(before, WARM_UP, after, SCANS));
  }

  /** The process that is watched. */
  static final class LongRun {
    private LongRun() {}

    public static void main(String[] arguments) throws IOException {
      Engine.setThreads(1);
      Path folder = Path.of(arguments[0]);
      Path model = TinyModel.write(folder.resolve("model"), "FLAIR", "T1");
      List<ScanFiles> scans = scans(folder.resolve("scans"));
      Path out = folder.resolve("out");
      try (AnomalyDetector detector = Hale.open(model)) {
        run(detector, out, scans.subList(0, WARM_UP));
        long afterWarmUp = ResidentPages.now();
        run(detector, out, scans);
        ResidentPages.print(afterWarmUp);
        for (int s = 0; s < SCANS; s += EVERY) {
          ScanFiles files = scans.get(s);
          Scan scan = files.read(detector.wanted());
          float[] alone =
              detector.detect(scan, BrainMask.whole(scan.grid()), DetectionProgress.NONE).map();
          Path map = out.resolve(files.name()).resolve("map.nii.gz");
          float[] among = ScanReader.read(List.of(map), List.of("map")).voxels();
          assertArrayEquals(alone, among, files.name());
        }
      }
    }

    private static void run(AnomalyDetector detector, Path out, List<ScanFiles> scans) {
      List<DetectionOutcome> outcomes =
          new BatchDetection(detector, new BrainSource.Whole(), out, false, new Silent())
              .run(scans);
      assertTrue(
          outcomes.stream().noneMatch(outcome -> outcome.status() == Status.FAILED),
          outcomes.toString());
    }

    private static List<ScanFiles> scans(Path folder) throws IOException {
      Random random = new Random(1);
      List<ScanFiles> scans = new ArrayList<>();
      for (int s = 0; s < SCANS; s++) {
        Grid grid = new Grid(GRID.nx(), GRID.ny(), 1 + random.nextInt(GRID.nz()), GRID.affine());
        Path subject = Files.createDirectories(folder.resolve("s" + s));
        List<Path> files = new ArrayList<>();
        for (String channel : List.of("FLAIR", "T1")) {
          float[] voxels = new float[grid.size()];
          for (int v = 0; v < voxels.length; v++) {
            voxels[v] = random.nextFloat();
          }
          files.add(subject.resolve(channel + ".nii"));
          Nifti.writeMap(files.get(files.size() - 1), grid, voxels);
        }
        scans.add(new ScanFiles("s" + s, List.of("FLAIR", "T1"), files, ""));
      }
      return scans;
    }
  }

  private static final class Silent implements BatchDetection.Listener {
    @Override
    public void onSlices(int scan, double done, int total) {}

    @Override
    public void onSkipped(DetectionOutcome outcome, List<String> differences) {}

    @Override
    public void onFailure(String name, Throwable error) {
      error.printStackTrace();
    }
  }
}
