package dev.hale.picture.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CanvasTest {
  private static final int RED = 0xff0000;

  @TempDir Path folder;

  @Test
  void svgSaysWhatIsDrawn() {
    SvgCanvas canvas = new SvgCanvas();
    canvas.line(
        new double[] {0, 1, 2, 3}, new double[] {0, 1, Double.NaN, 3}, new Canvas.Stroke(RED, 2));
    canvas.line(0, 0, 4, 4, new Canvas.Stroke(RED, 1, 6, 3));
    canvas.dot(5, 6, 2, RED, 0.8, "a < b");
    canvas.turned(7, 8, 90, "\"up\"", Canvas.Anchor.END, RED, 12);
    String svg = canvas.svg(10, 20, "'all'");
    for (String part :
        new String[] {
          "viewBox=\"0 0 10 20\"",
          "aria-label=\"&#39;all&#39;\"",
          "d=\"M0.0 0.0L1.0 1.0M3.0 3.0\" fill=\"none\" stroke=\"#ff0000\" stroke-width=\"2.0\"/>",
          "stroke-dasharray=\"6.0 3.0\"",
          "fill-opacity=\"0.8\"><title>a &lt; b</title>",
          "translate(7.0 8.0) rotate(-90)\" text-anchor=\"end\"",
          "&quot;up&quot;</text>"
        }) {
      assertTrue(svg.contains(part), part + " missing: " + svg);
    }
  }

  @Test
  void aDashedLineHasGapsInAPictureToo() throws IOException {
    assertEquals(80, redInTheMiddleRow(new Canvas.Stroke(RED, 4)));
    int dashed = redInTheMiddleRow(new Canvas.Stroke(RED, 4, 4, 16));
    assertTrue(dashed > 10 && dashed < 60, "red pixels: " + dashed);
  }

  @Test
  void aTurnedTextStandsUprightInAPictureToo() throws IOException {
    int[] lying = extent(0);
    int[] standing = extent(90);
    assertTrue(lying[0] > 2 * lying[1], "wider than high");
    assertTrue(standing[1] > 2 * standing[0], "higher than wide");
  }

  private int redInTheMiddleRow(Canvas.Stroke stroke) throws IOException {
    PngCanvas canvas = new PngCanvas(40, 40);
    canvas.line(-10, 20, 50, 20, stroke);
    Path png = folder.resolve("line.png");
    canvas.write(png);
    var image = ImageIO.read(png.toFile());
    int red = 0;
    for (int x = 0; x < image.getWidth(); x++) {
      red += (image.getRGB(x, 40) & 0xffffff) == RED ? 1 : 0;
    }
    return red;
  }

  /** Width and height of what a text covers. */
  private int[] extent(int degrees) throws IOException {
    PngCanvas canvas = new PngCanvas(100, 100);
    canvas.turned(50, 50, degrees, "a long text", Canvas.Anchor.MIDDLE, 0, 12);
    Path png = folder.resolve("text.png");
    canvas.write(png);
    var image = ImageIO.read(png.toFile());
    int left = image.getWidth();
    int right = 0;
    int top = image.getHeight();
    int bottom = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        if ((image.getRGB(x, y) & 255) < 128) {
          left = Math.min(left, x);
          right = Math.max(right, x);
          top = Math.min(top, y);
          bottom = Math.max(bottom, y);
        }
      }
    }
    return new int[] {right - left, bottom - top};
  }
}
