package dev.hale.app.detect;

import dev.hale.app.experiment.report.Figure;
import dev.hale.io.Picture;
import dev.hale.picture.Montage;
import dev.hale.picture.MontagePanel;
import dev.hale.scan.Grid;
import dev.hale.training.log.LossCurve;
import dev.hale.training.log.MetricsLine;
import dev.hale.training.log.MetricsLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes a picture of each kind that hale writes into a folder, and reads one. */
final class PicturesMain {
  private PicturesMain() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Picture.write(folder.resolve("map.png"), Grid.ofSpacing(8, 8, 1, 1, 1, 1), new float[64], 255);
    Picture.read(folder.resolve("map.png"));
    Montage montage =
        new Montage(
            List.of("image"),
            List.of(new Montage.Row("", List.of(MontagePanel.grey(new float[64], 8, 8, 0, 1)))),
            new Montage.View(2, Montage.Interpolation.NEAREST, Montage.Orientation.AS_STORED));
    montage.write(folder.resolve("montage.png"));
    Files.writeString(folder.resolve("report.html"), Figure.of("", montage.render()).uri());
    Path metrics = folder.resolve("metrics.jsonl");
    try (MetricsLog log = MetricsLog.open(metrics, 0)) {
      log.write(new MetricsLine(1, Map.of("loss", 1.0)));
      log.write(new MetricsLine(2, Map.of("loss", 0.5)));
    }
    LossCurve.write(metrics, "model", folder.resolve("loss.png"), folder.resolve("loss.html"));
  }
}
