package dev.hale.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.picture.Montage.Orientation;
import dev.hale.scan.DataException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ImageSheetTest {
  private static final List<String> CHANNELS = List.of("A", "B");
  private static final ImageSheet SHEET = new ImageSheet(CHANNELS, 2, Orientation.HEAD_UP);
  private static final float[] IMAGE = {-1, -1, -1, 1, -1, 1, -1, -1};

  private static ImageSheet.Line line(String label, int images) {
    return new ImageSheet.Line(
        label, Collections.nCopies(images, IMAGE), Collections.nCopies(images, "caption"));
  }

  private static MontagePanel panel(Montage montage, int row, int column) {
    return montage.rows().get(row).panels().get(column);
  }

  @Test
  void aLineHasARowForEachChannelShown() {
    Montage montage = SHEET.draw(List.of(line("healthy", 3), line("", 3)), List.of("B", "A"));
    assertEquals(
        List.of("healthy\nB", "healthy\nA", "B", "A"),
        montage.rows().stream().map(Montage.Row::label).toList());
    assertEquals(3, montage.columns().size());
    assertEquals("caption", panel(montage, 0, 2).caption());
    assertEquals("", panel(montage, 1, 2).caption());
  }

  @Test
  void aChannelShowsItsOwnPixels() {
    ImageSheet stored = new ImageSheet(CHANNELS, 2, Orientation.AS_STORED);
    assertArrayEquals(new int[] {0, 0, 0, 0xffffff}, pixels(stored, "A"));
    assertArrayEquals(new int[] {0, 0xffffff, 0, 0}, pixels(stored, "B"));
  }

  @Test
  void slicesOfVolumesAreTurnedHeadUp() {
    assertArrayEquals(new int[] {0xffffff, 0, 0, 0}, pixels(SHEET, "A"));
  }

  private static int[] pixels(ImageSheet sheet, String channel) {
    Montage montage = sheet.draw(List.of(line("", 1)), List.of(channel));
    return panel(montage, 0, 0)
        .paint(new Montage.View(1, Montage.Interpolation.NEAREST, montage.view().orientation()));
  }

  @Test
  void aLongLineGoesOnBelow() {
    Montage montage = SHEET.draw(List.of(line("", 11)), List.of("A"));
    assertEquals(2, montage.rows().size());
    assertEquals(8, montage.columns().size());
    assertFalse(panel(montage, 1, 2).isEmpty());
    assertTrue(panel(montage, 1, 3).isEmpty());
  }

  @Test
  void noRoomIsKeptForTitlesThatThereAreNot() {
    Montage sheet = SHEET.draw(List.of(line("", 1)), List.of("A"));
    Montage titled = new Montage(List.of("title"), sheet.rows(), sheet.view());
    assertTrue(sheet.render().getHeight() < titled.render().getHeight() - 8);
  }

  @Test
  void whatDoesNotFitIsNamed() {
    assertEquals(
        "the images have no channel C; choose from A, B",
        assertThrows(DataException.class, () -> SHEET.draw(List.of(line("", 1)), List.of("C")))
            .getMessage());
    assertEquals(
        "line \"x\" has 1 images and 0 captions",
        assertThrows(DataException.class, () -> new ImageSheet.Line("x", List.of(IMAGE), List.of()))
            .getMessage());
  }
}
