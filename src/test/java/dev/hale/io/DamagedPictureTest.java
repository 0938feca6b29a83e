package dev.hale.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.scan.DataException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DamagedPictureTest {
  private static final int MUTANTS = 300;

  @TempDir Path folder;

  private Path picture(String format) throws IOException {
    BufferedImage image = new BufferedImage(90, 80, BufferedImage.TYPE_BYTE_GRAY);
    SplittableRandom random = new SplittableRandom(3);
    for (int p = 0; p < 90 * 80; p++) {
      image.getRaster().setSample(p % 90, p / 90, 0, 100 + p % 90 + random.nextInt(20));
    }
    Path path = folder.resolve("a." + format);
    assertTrue(ImageIO.write(image, format, path.toFile()));
    return path;
  }

  /** Everything in a PNG but its end is under a checksum. */
  @ParameterizedTest
  @EnumSource(Damage.class)
  void noDamageToPngIsSilent(Damage damage) throws IOException {
    Path path = picture("png");
    byte[] sound = Files.readAllBytes(path);
    float[] pixels = Picture.read(path).voxels();
    SplittableRandom random = new SplittableRandom(22);
    int refused = 0;
    int same = 0;
    for (int m = 0; m < MUTANTS; m++) {
      Damage.Mutant mutant = damage.of(sound, random);
      Files.write(path, mutant.bytes());
      try {
        assertArrayEquals(pixels, Picture.read(path).voxels(), damage + " " + mutant.from());
        assertTrue(mutant.from() == sound.length || Arrays.equals(sound, mutant.bytes()));
        same++;
      } catch (DataException e) {
        assertTrue(e.getMessage().startsWith(path + ": "), e.getMessage());
        refused++;
      }
    }
    assertEquals(MUTANTS, refused + same);
    assertTrue(same <= 3, same + " read as they were");
  }

  @Test
  void aJpegThatIsCutAnywhereIsRefused() throws IOException {
    Path path = picture("jpg");
    byte[] sound = Files.readAllBytes(path);
    for (int length = 2; length < sound.length; length += 7) {
      Files.write(path, Arrays.copyOf(sound, length));
      String message = assertThrows(DataException.class, () -> Picture.read(path)).getMessage();
      assertTrue(message.startsWith(path + ": damaged picture: "), message);
    }
    Files.write(path, sound);
    assertEquals(90 * 80, Picture.read(path).voxels().length);
  }
}
