package dev.hale.data.prepared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.picture.Montage;
import dev.hale.scan.DataException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ContactSheetTest {
  private static final int RED = 0xff4a3d;
  private static final int BLUE = 0x3f8fd9;

  @TempDir Path temp;
  private PreparedSet set;

  @BeforeEach
  void open() throws IOException {
    set = PreparedSet.open(SmallSets.write(temp.resolve("set"), SmallSets.items()));
  }

  @AfterEach
  void close() {
    set.close();
  }

  @Test
  void onlyDiseasedSlicesWithMasksHaveALesionOutline() {
    Predicate<PreparedSlice> masked = slice -> slice.lesionVoxels().isPresent();
    Set<Integer> diseased =
        colours(sheet(0).montage(4, masked.and(PreparedSlice::diseased)).render());
    assertTrue(diseased.contains(RED));
    assertTrue(diseased.contains(BLUE));
    Predicate<PreparedSlice> unmasked = slice -> slice.diseased() && !masked.test(slice);
    assertFalse(colours(sheet(0).montage(4, unmasked).render()).contains(RED));
  }

  @Test
  void asManySlicesAreDrawnAsAskedAndNoneTwice() {
    Montage montage = sheet(0).montage(8, slice -> true);
    assertEquals(2, montage.rows().size()); // six columns
    assertEquals(6, montage.columns().size());
    assertEquals(4, sheet(0).montage(1000, slice -> true).rows().size()); // 21 slices
    assertEquals(1, sheet(0).montage(1, slice -> true).columns().size());
  }

  @Test
  void theSeedChoosesTheSlices() {
    int first = picture(sheet(3));
    assertEquals(first, picture(sheet(3)));
    assertNotEquals(first, picture(sheet(4)));
  }

  @Test
  void augmentationIsSeenInTheImages() {
    Augmentation noise = new Augmentation(0, 0, 0, 0, 0, 0, 0.2);
    assertNotEquals(picture(sheet(3)), picture(new ContactSheet(set, 0, noise, 3)));
  }

  @Test
  void nothingToShowIsSaid() {
    DataException e = assertThrows(DataException.class, () -> sheet(0).montage(3, slice -> false));
    assertTrue(e.getMessage().endsWith("there is no such slice to show"), e.getMessage());
  }

  private ContactSheet sheet(long seed) {
    return new ContactSheet(set, 0, Augmentation.NONE, seed);
  }

  private static int picture(ContactSheet sheet) {
    return Arrays.hashCode(pixels(sheet.montage(6, slice -> true).render()));
  }

  private static Set<Integer> colours(BufferedImage image) {
    return Arrays.stream(pixels(image)).boxed().collect(Collectors.toSet());
  }

  private static int[] pixels(BufferedImage image) {
    int[] rgb = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    for (int p = 0; p < rgb.length; p++) {
      rgb[p] &= 0xffffff;
    }
    return rgb;
  }
}
