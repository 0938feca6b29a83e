package dev.hale.picture;

import dev.hale.scan.DataException;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Where the parts of one {@link Montage} go, and their drawing; measured first, painted after. */
final class MontageLayout {
  private static final int MARGIN = 18;
  private static final int GAP = 8;
  private static final int BAR = 10;
  private static final int SWATCH = 22;
  private static final Color TEXT = new Color(0xececec);
  private static final Color FAINT = new Color(0xa8a8a8);

  private final Montage montage;
  private final Font titleFont;
  private final Font labelFont;
  private final Font smallFont;
  private final FontMetrics titles;
  private final FontMetrics labels;
  private final FontMetrics small;
  private final List<List<String>> titleLines = new ArrayList<>();
  private final int[] columnLeft;
  private final int[] columnWidth;
  private final int[] rowTop;
  private final int[] rowHeight;
  private final int barsTop;
  private final int legendTop;
  private final int width;
  private final int height;

  MontageLayout(Montage montage) {
    this.montage = montage;
    int scale = montage.view().scale();
    int columns = montage.columns().size();
    columnLeft = new int[columns];
    columnWidth = new int[columns];
    rowTop = new int[montage.rows().size()];
    rowHeight = new int[montage.rows().size()];
    for (int r = 0; r < rowHeight.length; r++) {
      for (int c = 0; c < columns; c++) {
        MontagePanel panel = montage.rows().get(r).panels().get(c);
        columnWidth[c] = Math.max(columnWidth[c], panel.width() * scale);
        rowHeight[r] = Math.max(rowHeight[r], panel.height() * scale);
      }
    }
    int size = Math.min(Math.max(columnWidth[0] / 14, 13), 24);
    titleFont = new Font(Font.SANS_SERIF, Font.BOLD, size);
    labelFont = new Font(Font.SANS_SERIF, Font.PLAIN, size);
    smallFont = new Font(Font.SANS_SERIF, Font.PLAIN, Math.max(12, size * 4 / 5));
    Graphics2D ruler = graphics(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB));
    titles = ruler.getFontMetrics(titleFont);
    labels = ruler.getFontMetrics(labelFont);
    small = ruler.getFontMetrics(smallFont);
    ruler.dispose();

    int left = MARGIN + labelWidth();
    int mostLines = 0;
    for (int c = 0; c < columns; c++) {
      titleLines.add(wrap(montage.columns().get(c), columnWidth[c]));
      boolean titled = !montage.columns().get(c).isBlank();
      mostLines = Math.max(mostLines, titled ? titleLines.get(c).size() : 0);
      for (String line : titleLines.get(c)) {
        columnWidth[c] = Math.max(columnWidth[c], titles.stringWidth(line));
      }
      columnLeft[c] = left;
      left += columnWidth[c] + GAP;
    }
    int top = MARGIN + (mostLines == 0 ? 0 : mostLines * titles.getHeight() + GAP);
    for (int r = 0; r < rowTop.length; r++) {
      rowTop[r] = top;
      top += rowHeight[r] + GAP;
    }
    barsTop = top;
    boolean bars = panels().anyMatch(panel -> panel.heat().isPresent());
    top += bars ? BAR + small.getHeight() + GAP : 0;
    legendTop = top;
    top += legend().isEmpty() ? 0 : small.getHeight() + GAP;
    width = Math.max(left - GAP, MARGIN + legendWidth()) + MARGIN;
    height = top - GAP + MARGIN;
    if ((long) width * height > Integer.MAX_VALUE / 2) {
      throw new DataException(
          "a montage of %d×%d pixels is too large: fewer rows, or a smaller scale"
              .formatted(width, height));
    }
  }

  BufferedImage draw() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = graphics(image);
    try {
      drawTitles(graphics);
      for (int r = 0; r < rowTop.length; r++) {
        drawLabel(graphics, r);
        for (int c = 0; c < columnLeft.length; c++) {
          drawPanel(image, graphics, r, c);
        }
      }
      for (int c = 0; c < columnLeft.length; c++) {
        drawBar(image, graphics, c);
      }
      drawLegend(graphics);
    } finally {
      graphics.dispose();
    }
    return image;
  }

  private void drawTitles(Graphics2D graphics) {
    graphics.setFont(titleFont);
    graphics.setColor(TEXT);
    int baseline = rowTop[0] - GAP - titles.getDescent();
    for (int c = 0; c < columnLeft.length; c++) {
      List<String> lines = titleLines.get(c);
      for (int line = 0; line < lines.size(); line++) {
        String words = lines.get(line);
        graphics.drawString(
            words,
            columnLeft[c] + (columnWidth[c] - titles.stringWidth(words)) / 2,
            baseline - (lines.size() - 1 - line) * titles.getHeight());
      }
    }
  }

  private void drawLabel(Graphics2D graphics, int r) {
    List<String> lines = montage.rows().get(r).label().lines().toList();
    int baseline =
        rowTop[r] + (rowHeight[r] - lines.size() * labels.getHeight()) / 2 + labels.getAscent();
    graphics.setFont(labelFont);
    for (int line = 0; line < lines.size(); line++) {
      graphics.setColor(line == 0 ? TEXT : FAINT);
      graphics.drawString(lines.get(line), MARGIN, baseline + line * labels.getHeight());
    }
  }

  private void drawPanel(BufferedImage image, Graphics2D graphics, int r, int c) {
    MontagePanel panel = montage.rows().get(r).panels().get(c);
    if (panel.isEmpty()) {
      return;
    }
    int panelWidth = panel.width() * montage.view().scale();
    int panelHeight = panel.height() * montage.view().scale();
    int x = columnLeft[c] + (columnWidth[c] - panelWidth) / 2;
    int y = rowTop[r] + (rowHeight[r] - panelHeight) / 2;
    image.setRGB(x, y, panelWidth, panelHeight, panel.paint(montage.view()), 0, panelWidth);
    graphics.setFont(smallFont);
    if (montage.view().orientation() == Montage.Orientation.RADIOLOGICAL_AXIAL) {
      int middle = y + (panelHeight + small.getAscent() - small.getDescent()) / 2;
      outlined(graphics, "R", x + 4, middle, FAINT);
      outlined(graphics, "L", x + panelWidth - 4 - small.stringWidth("L"), middle, FAINT);
    }
    outlined(graphics, panel.caption(), x + 5, y + panelHeight - 4 - small.getDescent(), TEXT);
  }

  /** Text with a dark rim, readable on any image. */
  private static void outlined(Graphics2D graphics, String words, int x, int y, Color color) {
    graphics.setColor(Color.BLACK);
    for (int dy = -1; dy <= 1; dy++) {
      for (int dx = -1; dx <= 1; dx++) {
        graphics.drawString(words, x + dx, y + dy);
      }
    }
    graphics.setColor(color);
    graphics.drawString(words, x, y);
  }

  /** The colour bar below a column, with numbers where all its maps share one range. */
  private void drawBar(BufferedImage image, Graphics2D graphics, int c) {
    List<MontagePanel.Layer> heats =
        montage.rows().stream().flatMap(row -> row.panels().get(c).heat().stream()).toList();
    if (heats.isEmpty()) {
      return;
    }
    float low = heats.get(0).low();
    float high = heats.get(0).high();
    boolean shared = heats.stream().allMatch(heat -> heat.low() == low && heat.high() == high);
    int left = columnLeft[c] + GAP;
    int length = Math.max(columnWidth[c] - 2 * GAP, 1);
    for (int x = 0; x < length; x++) {
      int rgb = ColorMap.heat((x + 0.5) / length);
      for (int y = 0; y < BAR; y++) {
        image.setRGB(left + x, barsTop + y, rgb);
      }
    }
    graphics.setFont(smallFont);
    graphics.setColor(FAINT);
    int baseline = barsTop + BAR + small.getAscent();
    String most = shared ? number(high) : "high";
    graphics.drawString(shared ? number(low) : "low", left, baseline);
    graphics.drawString(most, left + length - small.stringWidth(most), baseline);
  }

  private void drawLegend(Graphics2D graphics) {
    graphics.setFont(smallFont);
    int x = MARGIN;
    int baseline = legendTop + small.getAscent();
    for (Entry entry : legend()) {
      if (entry.swatch() != null) {
        graphics.setColor(entry.swatch());
        graphics.fillRect(x, baseline - small.getAscent() / 2, SWATCH, 3);
        x += SWATCH + GAP;
      }
      graphics.setColor(FAINT);
      graphics.drawString(entry.words(), x, baseline);
      x += small.stringWidth(entry.words()) + 3 * GAP;
    }
  }

  private record Entry(Color swatch, String words) {}

  private List<Entry> legend() {
    List<Entry> entries = new ArrayList<>();
    for (MontagePanel.Outline outline : MontagePanel.Outline.values()) {
      if (panels().anyMatch(panel -> panel.has(outline))) {
        entries.add(new Entry(new Color(outline.rgb), outline.words));
      }
    }
    if (montage.view().orientation() == Montage.Orientation.RADIOLOGICAL_AXIAL) {
      entries.add(new Entry(null, "R, L: the patient's right and left"));
    }
    return entries;
  }

  private int legendWidth() {
    int total = 0;
    for (Entry entry : legend()) {
      total += entry.swatch() == null ? 0 : SWATCH + GAP;
      total += small.stringWidth(entry.words()) + 3 * GAP;
    }
    return Math.max(total - 3 * GAP, 0);
  }

  private int labelWidth() {
    int widest =
        montage.rows().stream()
            .flatMap(row -> row.label().lines())
            .mapToInt(labels::stringWidth)
            .max()
            .orElse(0);
    return widest == 0 ? 0 : widest + 2 * GAP;
  }

  private Stream<MontagePanel> panels() {
    return montage.rows().stream().flatMap(row -> row.panels().stream());
  }

  /** Breaks a title at its spaces so that it fits; a word too long for a line stays whole. */
  private List<String> wrap(String title, int most) {
    List<String> lines = new ArrayList<>();
    for (String word : title.split(" ", -1)) {
      int last = lines.size() - 1;
      if (last >= 0 && titles.stringWidth(lines.get(last) + " " + word) <= most) {
        lines.set(last, lines.get(last) + " " + word);
      } else {
        lines.add(word);
      }
    }
    return lines;
  }

  /** Three significant digits, and no more than are needed. */
  private static String number(float value) {
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(3)).stripTrailingZeros();
    double size = Math.abs(value);
    return size == 0 || (size >= 1e-3 && size < 1e6) ? rounded.toPlainString() : rounded.toString();
  }

  private static Graphics2D graphics(BufferedImage image) {
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    return graphics;
  }
}
