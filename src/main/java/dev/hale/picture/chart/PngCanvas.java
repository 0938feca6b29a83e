package dev.hale.picture.chart;

import dev.hale.io.AtomicFile;
import dev.hale.io.Png;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;

/** Draws a PNG, at twice the resolution so that it is sharp in a document. */
final class PngCanvas implements Canvas {
  private static final int SCALE = 2;
  private static final float MITER_LIMIT = 10; // Java's own; round joins have none

  private final BufferedImage image;
  private final Graphics2D graphics;

  PngCanvas(int width, int height) {
    image = new BufferedImage(SCALE * width, SCALE * height, BufferedImage.TYPE_INT_RGB);
    graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    graphics.scale(SCALE, SCALE);
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
  }

  @Override
  public void line(double[] x, double[] y, Stroke stroke) {
    Path2D path = new Path2D.Double();
    boolean down = false;
    for (int i = 0; i < x.length; i++) {
      boolean there = Double.isFinite(y[i]);
      if (there && down) {
        path.lineTo(x[i], y[i]);
      } else if (there) {
        path.moveTo(x[i], y[i]);
      }
      down = there;
    }
    graphics.setColor(new Color(stroke.rgb()));
    graphics.setStroke(
        new BasicStroke(
            (float) stroke.width(),
            BasicStroke.CAP_ROUND,
            BasicStroke.JOIN_ROUND,
            MITER_LIMIT,
            stroke.dashes().length == 0 ? null : stroke.dashes(),
            0));
    graphics.draw(path);
  }

  @Override
  public void dot(double x, double y, double radius, int rgb, double opacity, String hint) {
    graphics.setColor(new Color((int) Math.round(255 * opacity) << 24 | rgb, true));
    graphics.fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
  }

  @Override
  public void turned(
      double x, double y, int degrees, String text, Anchor anchor, int rgb, int size) {
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, size));
    graphics.setColor(new Color(rgb));
    double width = graphics.getFontMetrics().getStringBounds(text, graphics).getWidth();
    double left =
        switch (anchor) {
          case START -> x;
          case MIDDLE -> x - width / 2;
          case END -> x - width;
        };
    AffineTransform upright = graphics.getTransform();
    graphics.rotate(Math.toRadians(-degrees), x, y);
    graphics.drawString(text, (float) left, (float) y);
    graphics.setTransform(upright);
  }

  void write(Path file) {
    AtomicFile.write(file, out -> Png.write(image, out));
  }
}
