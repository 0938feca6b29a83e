package dev.hale.training.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LossCurveTest {
  @TempDir Path folder;

  @Test
  void aTrainingsCurvesAreDrawn() throws Exception {
    Path metrics = folder.resolve("metrics.jsonl");
    SplittableRandom random = new SplittableRandom(1);
    try (MetricsLog log = MetricsLog.open(metrics, 0)) {
      for (int step = 1; step <= 2000; step++) {
        Map<String, Double> values = new LinkedHashMap<>();
        double loss = 0.02 + 0.9 * Math.exp(-step / 150.0);
        values.put("loss", loss * (0.7 + 0.6 * random.nextDouble()));
        values.put("lr", 3e-4 * Math.min(1, step / 100.0) * (1.05 + Math.cos(step / 640.0)) / 2);
        log.write(new MetricsLine(step, values));
        if (step % 200 == 0) {
          log.write(
              new MetricsLine(
                  step, Map.of("validation_loss_quarter_1", loss * 3, "validation_loss", loss)));
        }
      }
    }
    Path png = folder.resolve("loss.png");
    Path html = folder.resolve("loss.html");
    LossCurve.write(metrics, "diffusion <model>", png, html);
    BufferedImage image = ImageIO.read(png.toFile());
    int red = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        red += (image.getRGB(x, y) & 0xffffff) == 0xd1495b ? 1 : 0;
      }
    }
    assertTrue(red > 10 * 50, "ten validation dots, each of some 100 pixels: " + red);
    String page = Files.readString(html);
    assertTrue(page.contains("<title>diffusion &lt;model&gt;</title>"));
    assertEquals(20, Pattern.compile("<circle ").matcher(page).results().count());
    Matcher foreign = Pattern.compile("(src|href)=").matcher(page);
    assertFalse(foreign.find(), "the page must need nothing else");
  }

  @Test
  void anEmptyAndAnAllNanTrainingAreDrawnToo() {
    Path metrics = folder.resolve("metrics.jsonl");
    MetricsLog.open(metrics, 0).close();
    LossCurve.write(metrics, "empty", folder.resolve("a.png"), folder.resolve("a.html"));
    try (MetricsLog log = MetricsLog.open(metrics, 0)) {
      log.write(new MetricsLine(1, Map.of("loss", Double.NaN, "lr", 1e-3)));
    }
    LossCurve.write(metrics, "NaN", folder.resolve("b.png"), folder.resolve("b.html"));
    assertTrue(Files.exists(folder.resolve("b.html")));
  }
}
