package dev.hale.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.scan.DataException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MontageTest {
  private static final Montage.View STORED =
      new Montage.View(4, Montage.Interpolation.NEAREST, Montage.Orientation.AS_STORED);
  private static final Montage.View RADIOLOGICAL =
      new Montage.View(4, Montage.Interpolation.NEAREST, Montage.Orientation.RADIOLOGICAL_AXIAL);
  private static final Montage.View SMOOTH =
      new Montage.View(4, Montage.Interpolation.BILINEAR, Montage.Orientation.AS_STORED);

  @TempDir Path folder;

  @Test
  void theWindowRunsFromBlackToWhite() {
    MontagePanel panel =
        MontagePanel.grey(new float[] {-5, 0, 50, 100, 900, Float.NaN}, 6, 1, 0, 100);
    int[] pixels = panel.paint(new Montage.View(1, STORED.interpolation(), STORED.orientation()));
    assertArrayEquals(new int[] {0, 0, 0x808080, 0xffffff, 0xffffff, 0}, pixels);
  }

  @Test
  void radiologistsSeeAnteriorOnTopAndThePatientsLeftOnTheRight() {
    // i runs to the patient's right and j to anterior: the brightest voxel is left posterior.
    float[] image = {9, 0, 0, 0, 0, 0};
    int[] pixels = MontagePanel.grey(image, 2, 3, 0, 9).paint(RADIOLOGICAL);
    assertEquals(0xffffff, pixels[7 + 8 * 11]); // right edge, bottom row
    assertEquals(0, pixels[0]);
    byte[] lesion = {1, 0, 0, 0, 0, 0};
    int[] outlined =
        MontagePanel.grey(new float[6], 2, 3, 0, 9).withPrediction(lesion).paint(RADIOLOGICAL);
    assertEquals(MontagePanel.Outline.PREDICTION.rgb, outlined[7 + 8 * 11]);
    assertEquals(0, outlined[0]);
    assertEquals(0xffffff, MontagePanel.grey(image, 2, 3, 0, 9).paint(STORED)[0]);
  }

  @Test
  void smoothPicturesPassThroughTheValuesAndBetweenThem() {
    Montage.View odd = new Montage.View(3, SMOOTH.interpolation(), SMOOTH.orientation());
    int[] pixels = MontagePanel.grey(new float[] {0, 90}, 2, 1, 0, 255).paint(odd);
    int[] row = {0, 0, 30, 60, 90, 90};
    for (int x = 0; x < 6; x++) {
      assertEquals(row[x], pixels[x] & 255, "column " + x);
    }
  }

  @Test
  void heatIsUnseenWhereLowAndColoursWhereHigh() {
    float[] image = {128, 128, 128};
    int[] pixels =
        MontagePanel.grey(image, 3, 1, 0, 255)
            .withHeat(new float[] {0, Float.NaN, 1}, 0, 1)
            .paint(STORED);
    assertEquals(0x808080, pixels[0]);
    assertEquals(0x808080, pixels[4]);
    assertEquals(ColorMap.blend(0x808080, ColorMap.heat(1), 0.9), pixels[8]);
    assertEquals(ColorMap.heat(1), MontagePanel.heat(new float[] {5}, 1, 1, 0, 1).paint(STORED)[0]);
  }

  @Test
  void outlinesThatCoincideAreBothSeen() {
    byte[] lesion = new byte[49];
    for (int j = 2; j <= 4; j++) {
      for (int i = 2; i <= 4; i++) {
        lesion[i + 7 * j] = 1;
      }
    }
    int[] pixels =
        MontagePanel.grey(new float[49], 7, 7, 0, 1)
            .withTruth(lesion)
            .withPrediction(lesion)
            .paint(STORED);
    int middleRow = 28 * 14;
    assertEquals(MontagePanel.Outline.TRUTH.rgb, pixels[middleRow + 7]);
    assertEquals(MontagePanel.Outline.PREDICTION.rgb, pixels[middleRow + 8]);
    assertEquals(0, pixels[middleRow + 14]);
    assertEquals(0, pixels[middleRow + 3]);
    assertEquals(MontagePanel.Outline.TRUTH.rgb, pixels[middleRow + 20]);
  }

  @Test
  void lightnessOfTheHeatColoursRisesEvenly() {
    double before = lightness(ColorMap.heat(0));
    double range = lightness(ColorMap.heat(1)) - before;
    assertTrue(range > 90, "range " + range);
    for (int step = 1; step <= 16; step++) {
      double now = lightness(ColorMap.heat(step / 16.0));
      assertEquals(range / 16, now - before, 0.1 * range / 16, "step " + step);
      before = now;
    }
    assertEquals(ColorMap.heat(0), ColorMap.heat(Double.NaN));
    assertEquals(ColorMap.heat(1), ColorMap.heat(7));
  }

  @Test
  void theFileHoldsTheFigureAndNothingElseIsLeft() throws IOException {
    Path png = folder.resolve("figure.png");
    Files.writeString(png, "an older file");
    Montage montage = sample(STORED);
    montage.write(png);
    BufferedImage read = ImageIO.read(png.toFile());
    BufferedImage drawn = montage.render();
    assertEquals(drawn.getWidth(), read.getWidth());
    assertEquals(drawn.getHeight(), read.getHeight());
    for (int y = 0; y < read.getHeight(); y++) {
      for (int x = 0; x < read.getWidth(); x++) {
        assertEquals(drawn.getRGB(x, y), read.getRGB(x, y));
      }
    }
    try (var files = Files.list(folder)) {
      assertEquals(List.of(png), files.toList());
    }
  }

  @Test
  void aFolderThatIsNotThereIsNamed() {
    Path png = folder.resolve("absent/figure.png");
    var error = assertThrows(DataException.class, () -> sample(STORED).write(png));
    assertTrue(error.getMessage().startsWith(png + ": cannot be written"), error.getMessage());
  }

  @Test
  void theFigureShowsWhatThePanelsHoldAndALegendForIt() {
    Set<Integer> colours = colours(sample(STORED).render());
    assertTrue(colours.contains(MontagePanel.Outline.TRUTH.rgb));
    assertTrue(colours.contains(MontagePanel.Outline.PREDICTION.rgb));
    assertTrue(colours.contains(0x808080));
    Montage plain =
        new Montage(
            List.of("image"),
            List.of(new Montage.Row("", List.of(MontagePanel.grey(new float[16], 4, 4, 0, 1)))),
            STORED);
    assertFalse(colours(plain.render()).contains(MontagePanel.Outline.TRUTH.rgb));
    assertTrue(plain.render().getHeight() < sample(STORED).render().getHeight());
    assertTrue(sample(RADIOLOGICAL).render().getHeight() > 0);
  }

  @Test
  void panelsThatDoNotFitAreRefused() {
    assertThrows(DataException.class, () -> MontagePanel.grey(new float[5], 2, 2, 0, 1));
    assertThrows(DataException.class, () -> MontagePanel.grey(new float[4], 2, 2, 1, 1));
    MontagePanel panel = MontagePanel.grey(new float[4], 2, 2, 0, 1);
    assertThrows(DataException.class, () -> panel.withTruth(new byte[3]));
    assertThrows(DataException.class, () -> panel.withHeat(new float[4], 0, Float.NaN));
    var error =
        assertThrows(
            DataException.class,
            () ->
                new Montage(
                    List.of("a", "b"), List.of(new Montage.Row("case 1", List.of(panel))), STORED));
    assertEquals("row \"case 1\" has 1 panels, the montage 2 columns", error.getMessage());
  }

  private static Montage sample(Montage.View view) {
    float[] grey = new float[64];
    Arrays.fill(grey, 0.5f);
    byte[] lesion = new byte[64];
    lesion[27] = 1;
    MontagePanel image = MontagePanel.grey(grey, 8, 8, 0, 1);
    return new Montage(
        List.of("image", "map"),
        List.of(
            new Montage.Row(
                "case 1\nslice 3",
                List.of(
                    image.withTruth(lesion).withPrediction(lesion).withCaption("Dice 1"),
                    image.withHeat(grey, 0, 1)))),
        view);
  }

  private static Set<Integer> colours(BufferedImage image) {
    Set<Integer> colours = new HashSet<>();
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        colours.add(image.getRGB(x, y) & 0xffffff);
      }
    }
    return colours;
  }

  /** CIELAB L* of an sRGB colour under D65. */
  private static double lightness(int rgb) {
    double luminance =
        0.2126 * linear(rgb >> 16 & 255)
            + 0.7152 * linear(rgb >> 8 & 255)
            + 0.0722 * linear(rgb & 255);
    return luminance > 0.008856 ? 116 * Math.cbrt(luminance) - 16 : 903.3 * luminance;
  }

  private static double linear(int level) {
    double value = level / 255.0;
    return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
  }
}
