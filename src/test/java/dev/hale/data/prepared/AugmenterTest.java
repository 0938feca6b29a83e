package dev.hale.data.prepared;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.data.prepared.Draws.Purpose;
import dev.hale.data.prepared.SmallSets.Item;
import dev.hale.scan.Axis;
import dev.hale.scan.DataException;
import dev.hale.scan.Normalisation;
import dev.hale.scan.Preprocessing;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class AugmenterTest {
  private static final int SIZE = SmallSets.SIZE;
  private static final Preprocessing IMAGES = SmallSets.PREPROCESSING;
  private static final int PIXELS = SmallSets.PIXELS;
  private static final Augmentation ALL = new Augmentation(0.5, 20, 0.15, 2, 0.4, 0.4, 0.1);

  @Test
  void withAllPartsOffNothingChanges() {
    Item item = SmallSets.item(3, "a", Split.TRAIN, true);
    float[] image = item.image().clone();
    var masks = apply(Augmentation.NONE, image, item.brain(), item.lesion(), 1);
    assertArrayEquals(item.image(), image);
    assertSame(item.brain(), masks.brain());
    assertSame(item.lesion(), masks.lesion());
  }

  @Test
  void eachPartChangesTheImageByItself() {
    Augmentation[] parts = {
      new Augmentation(1, 0, 0, 0, 0, 0, 0),
      new Augmentation(0, 20, 0, 0, 0, 0, 0),
      new Augmentation(0, 0, 0.2, 0, 0, 0, 0),
      new Augmentation(0, 0, 0, 2, 0, 0, 0),
      new Augmentation(0, 0, 0, 0, 0.4, 0, 0),
      new Augmentation(0, 0, 0, 0, 0, 0.4, 0),
      new Augmentation(0, 0, 0, 0, 0, 0, 0.1)
    };
    Item item = SmallSets.item(3, "a", Split.TRAIN, true);
    for (int part = 0; part < parts.length; part++) {
      float[] image = item.image().clone();
      var masks = apply(parts[part], image, item.brain(), item.lesion(), 5);
      assertFalse(Arrays.equals(item.image(), image), parts[part].toString());
      if (part >= 4) {
        assertSame(item.lesion(), masks.lesion());
      }
    }
  }

  @Test
  void theBackgroundStaysExactlyMinusOneAndTheRestInRange() {
    for (int seed = 0; seed < 50; seed++) {
      Item item = SmallSets.item(seed, "a", Split.TRAIN, true);
      float[] image = item.image().clone();
      var masks = apply(ALL, image, item.brain(), item.lesion(), seed);
      for (int at = 0; at < image.length; at++) {
        if (masks.brain()[at % PIXELS] == 0) {
          assertEquals(-1f, image[at]);
        }
        assertTrue(image[at] >= -1 && image[at] <= 1, "value " + image[at]);
      }
    }
  }

  @Test
  void aFlipIsTheMirrorImageOfColumns() {
    Item item = SmallSets.item(3, "a", Split.TRAIN, true);
    float[] image = item.image().clone();
    var masks = apply(new Augmentation(1, 0, 0, 0, 0, 0, 0), image, item.brain(), item.lesion(), 9);
    for (int at = 0; at < image.length; at++) {
      int mirrored = at - at % SIZE + SIZE - 1 - at % SIZE;
      assertEquals(item.image()[mirrored], image[at]);
      assertEquals(item.lesion()[mirrored % PIXELS], masks.lesion()[at % PIXELS]);
    }
  }

  @Test
  void aboutHalfTheImagesAreFlippedWhereTheProbabilityIsHalf() {
    Item item = SmallSets.item(3, "a", Split.TRAIN, true);
    int flipped = 0;
    for (int seed = 0; seed < 400; seed++) {
      float[] image = item.image().clone();
      apply(new Augmentation(0.5, 0, 0, 0, 0, 0, 0), image, item.brain(), null, seed);
      flipped += Arrays.equals(item.image(), image) ? 0 : 1;
    }
    assertEquals(200, flipped, 50); // five standard deviations
  }

  @Test
  void anImageMadeOfTheLesionMaskStaysTheLesionMask() {
    Augmentation geometry = new Augmentation(0.5, 45, 0.3, 3, 0, 0, 0);
    byte[] brain = SmallSets.disc(7.5);
    byte[] lesion = new byte[PIXELS];
    float[] original = new float[2 * PIXELS];
    for (int p = 0; p < PIXELS; p++) {
      int x = p % SIZE;
      int y = p / SIZE;
      lesion[p] = (byte) (x >= 3 && x < 9 && y >= 5 && y < 12 && brain[p] != 0 ? 1 : 0);
      original[p] = lesion[p] != 0 ? 1 : -1;
      original[PIXELS + p] = brain[p] != 0 ? 1 : -1;
    }
    int moved = 0;
    int inner = 0;
    for (int seed = 0; seed < 60; seed++) {
      float[] image = original.clone();
      var masks = apply(geometry, image, brain, lesion, seed);
      moved += Arrays.equals(lesion, masks.lesion()) ? 0 : 1;
      for (int p = 0; p < PIXELS; p++) {
        // Brain pixels are interpolated between brain pixels alone.
        assertEquals(masks.brain()[p] != 0 ? 1 : -1, image[PIXELS + p]);
        assertTrue(masks.lesion()[p] <= masks.brain()[p], "lesion outside the brain");
        if (deep(masks.lesion(), p)) {
          assertEquals(1, image[p], 1e-6f);
          inner++;
        } else if (deepOutside(masks.lesion(), p)) {
          assertEquals(-1, image[p], 1e-6f);
        }
      }
    }
    assertTrue(moved > 55, "the lesion moved " + moved + " times");
    assertTrue(inner > 60 * 5, "pixels compared: " + inner);
  }

  /** Against an independent computation of where a point goes. */
  @Test
  void aTurnedPointLiesWhereRotationSaysItDoes() {
    byte[] brain = new byte[PIXELS];
    Arrays.fill(brain, (byte) 1);
    float[] original = new float[2 * PIXELS];
    for (int p = 0; p < PIXELS; p++) {
      int row = p / SIZE;
      original[p] = p % SIZE / 16f; // a ramp over columns
      original[PIXELS + p] = row / 16f; // and one over rows: together, the place
    }
    double centre = (SIZE - 1) / 2.0;
    for (int seed = 0; seed < 20; seed++) {
      float[] image = original.clone();
      apply(new Augmentation(0, 30, 0, 0, 0, 0, 0), image, brain, null, seed);
      double u = 16 * image[6 * SIZE + 10] - centre;
      double v = 16 * image[PIXELS + 6 * SIZE + 10] - centre;
      assertEquals(Math.hypot(10 - centre, 6 - centre), Math.hypot(u, v), 1e-4);
      double turned = Math.atan2(6 - centre, 10 - centre) - Math.atan2(v, u);
      assertTrue(Math.abs(turned) <= Math.toRadians(30) + 1e-6, "turned by " + turned);
      double other =
          Math.atan2(9 - centre, 8 - centre)
              - Math.atan2(
                  16 * image[PIXELS + 9 * SIZE + 8] - centre, 16 * image[9 * SIZE + 8] - centre);
      assertEquals(turned, Math.IEEEremainder(other, 2 * Math.PI), 1e-3);
    }
  }

  @Test
  void gammaKeepsTheOrderOfValuesAndTheEnds() {
    byte[] brain = new byte[PIXELS];
    Arrays.fill(brain, (byte) 1);
    float[] image = new float[2 * PIXELS];
    for (int p = 0; p < PIXELS; p++) {
      image[p] = 2 * p / (PIXELS - 1f) - 1;
      image[PIXELS + p] = image[p];
    }
    float[] before = image.clone();
    apply(new Augmentation(0, 0, 0, 0, 0.5, 0, 0), image, brain, null, 2);
    assertEquals(-1, image[0]);
    assertEquals(1, image[PIXELS - 1]);
    double exponent = Math.log((image[100] + 1) / 2.0) / Math.log((before[100] + 1) / 2.0);
    assertTrue(Math.abs(Math.log(exponent)) <= 0.5);
    for (int p = 1; p < PIXELS; p++) {
      assertTrue(image[p] > image[p - 1]);
      assertEquals(2 * Math.pow((before[p] + 1) / 2.0, exponent) - 1, image[p], 1e-5);
    }
    assertFalse(image[100] == image[PIXELS + 100], "each channel draws its own");
  }

  @Test
  void noiseHasTheStandardDeviationAsked() {
    byte[] brain = new byte[PIXELS];
    Arrays.fill(brain, (byte) 1);
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (int seed = 0; seed < 40; seed++) {
      float[] image = new float[2 * PIXELS];
      apply(new Augmentation(0, 0, 0, 0, 0, 0, 0.1), image, brain, null, seed);
      for (float value : image) {
        sum += value;
        squares += value * value;
        count++;
      }
    }
    assertEquals(0, sum / count, 4 * 0.1 / Math.sqrt(count));
    assertEquals(0.1, Math.sqrt(squares / count), 0.002); // four standard errors
  }

  @Test
  void theBiasFieldIsSmoothAndWithinItsStrength() {
    byte[] brain = new byte[PIXELS];
    Arrays.fill(brain, (byte) 1);
    double widest = 0;
    for (int seed = 0; seed < 40; seed++) {
      float[] image = new float[2 * PIXELS]; // 0 is 0.5 of the unit range: times e^±0.4 fits
      apply(new Augmentation(0, 0, 0, 0, 0, 0.4, 0), image, brain, null, seed);
      for (int p = 0; p < PIXELS; p++) {
        double log = Math.log(image[p] + 1);
        widest = Math.max(widest, Math.abs(log));
        assertTrue(Math.abs(log) <= 0.4 + 1e-6);
        if (p % SIZE > 0) {
          // The steepest wave: 1.5 periods over the image.
          double step = Math.abs(log - Math.log(image[p - 1] + 1));
          assertTrue(step <= 0.4 * 2 * Math.PI * 1.5 / SIZE, "step of " + step);
        }
      }
    }
    assertTrue(widest > 0.2, "the field is flat");
  }

  @Test
  void theSameSeedGivesTheSameBits() {
    Item item = SmallSets.item(3, "a", Split.TRAIN, true);
    float[] first = item.image().clone();
    float[] second = item.image().clone();
    apply(ALL, first, item.brain(), null, 4);
    apply(ALL, second, item.brain(), null, 4);
    assertArrayEquals(first, second);
    apply(ALL, second, item.brain(), null, 5);
    assertFalse(Arrays.equals(first, second));
  }

  @Test
  void onePartSwitchedOffLeavesTheDrawsOfTheOthers() {
    Item item = SmallSets.item(3, "a", Split.TRAIN, true);
    byte[] full = apply(ALL, item.image().clone(), item.brain(), null, 4).brain();
    var geometry = new Augmentation(0.5, 20, 0.15, 2, 0, 0, 0);
    byte[] alone = apply(geometry, item.image().clone(), item.brain(), null, 4).brain();
    assertArrayEquals(full, alone);
  }

  @Test
  void targetsMoveButKeepTheirValues() {
    byte[] brain = new byte[PIXELS];
    Arrays.fill(brain, (byte) 1);
    float[] image = new float[2 * PIXELS];
    Arrays.fill(image, PIXELS, 2 * PIXELS, 1);
    float[] varied = image.clone();
    SplittableRandom random = Draws.of(3, Purpose.AUGMENTATION, 0, 0);
    Augmentation intensities = new Augmentation(0, 0, 0, 0, 0.3, 0.3, 0.1);
    new Augmenter(intensities, IMAGES, 1).apply(varied, 0, brain, null, random);
    assertArrayEquals(
        Arrays.copyOfRange(image, PIXELS, 2 * PIXELS),
        Arrays.copyOfRange(varied, PIXELS, 2 * PIXELS));
    assertFalse(Arrays.equals(image, 0, PIXELS, varied, 0, PIXELS));
    float[] half = new float[2 * PIXELS];
    for (int p = 0; p < PIXELS; p++) {
      half[PIXELS + p] = p % SIZE < SIZE / 2 ? 1 : -1;
    }
    float[] mirrored = half.clone();
    new Augmenter(new Augmentation(1, 0, 0, 0, 0, 0, 0), IMAGES, 1)
        .apply(mirrored, 0, brain, null, Draws.of(3, Purpose.AUGMENTATION, 0, 0));
    for (int p = 0; p < PIXELS; p++) {
      assertEquals(-half[PIXELS + p], mirrored[PIXELS + p]);
    }
  }

  @Test
  void sagittalSlicesAreNotFlipped() {
    Augmentation flip = new Augmentation(0.5, 0, 0, 0, 0, 0, 0);
    DataException e =
        assertThrows(DataException.class, () -> flip.requireFits(images(Axis.SAGITTAL)));
    assertTrue(e.getMessage().contains("set flip to 0"), e.getMessage());
    assertDoesNotThrow(() -> flip.requireFits(images(Axis.AXIAL)));
    assertDoesNotThrow(() -> flip.requireFits(images(Axis.CORONAL)));
    assertDoesNotThrow(() -> Augmentation.NONE.requireFits(images(Axis.SAGITTAL)));
  }

  @Test
  void strengthsOutOfRangeAreRefused() {
    DataException e =
        assertThrows(DataException.class, () -> new Augmentation(1.5, 0, 0, 0, 0, 0, 0));
    assertEquals("augmentation: flip is 1.5, expected a probability in [0, 1]", e.getMessage());
    assertThrows(DataException.class, () -> new Augmentation(0, Double.NaN, 0, 0, 0, 0, 0));
    assertThrows(DataException.class, () -> new Augmentation(0, 0, 1, 0, 0, 0, 0));
    assertThrows(DataException.class, () -> new Augmentation(0, 0, 0, 0, 0, 0, -0.1));
  }

  private static boolean deep(byte[] mask, int pixel) {
    return around(mask, pixel) == 9;
  }

  private static boolean deepOutside(byte[] mask, int pixel) {
    return around(mask, pixel) == 0;
  }

  /** How many of the nine pixels around are in the mask; -1 at the edge. */
  private static int around(byte[] mask, int pixel) {
    int x = pixel % SIZE;
    int y = pixel / SIZE;
    if (x == 0 || y == 0 || x == SIZE - 1 || y == SIZE - 1) {
      return -1;
    }
    int count = 0;
    for (int dy = -1; dy <= 1; dy++) {
      for (int dx = -1; dx <= 1; dx++) {
        count += mask[pixel + dy * SIZE + dx];
      }
    }
    return count;
  }

  private static Augmenter.Masks apply(
      Augmentation strength, float[] image, byte[] brain, byte[] lesion, long seed) {
    SplittableRandom random = Draws.of(seed, Purpose.AUGMENTATION, 0, 0);
    return new Augmenter(strength, IMAGES, 0).apply(image, 0, brain, lesion, random);
  }

  @Test
  void optionalChannelsAreDroppedAsOftenAsIsSaidButNeverAll() {
    Preprocessing both = lacking("FLAIR", "T1");
    Augmentation drop = new Augmentation(0, 0, 0, 0, 0, 0, 0.1, 0.4);
    int[] dropped = new int[2];
    int runs = 4000;
    for (int seed = 0; seed < runs; seed++) {
      SmallSets.Item item = SmallSets.item(seed % 20, "a", Split.TRAIN, true);
      float[] image = item.image().clone();
      new Augmenter(drop, both, 0).apply(image, 0, item.brain(), null, new SplittableRandom(seed));
      int there = 0;
      for (int c = 0; c < 2; c++) {
        boolean shows = false;
        for (int p = 0; p < PIXELS; p++) {
          shows |= image[c * PIXELS + p] != Preprocessing.BACKGROUND;
        }
        dropped[c] += shows ? 0 : 1;
        there += shows ? 1 : 0;
      }
      assertTrue(there > 0);
    }
    assertEquals(0.4, dropped[0] / (double) runs, 0.03);
    assertEquals(0.4 * 0.6, dropped[1] / (double) runs, 0.03); // not both
  }

  @Test
  void whatAScanLacksStaysAbsentAndWhatItNeedsStays() {
    Augmentation all = new Augmentation(0.5, 20, 0.1, 1, 0.3, 0.3, 0.2, 0.9);
    for (int seed = 0; seed < 50; seed++) {
      SmallSets.Item item = SmallSets.item(seed, "a", Split.TRAIN, true);
      float[] image = item.image().clone();
      Arrays.fill(image, PIXELS, 2 * PIXELS, Preprocessing.BACKGROUND);
      new Augmenter(all, lacking("T1"), 0)
          .apply(image, 0, item.brain(), null, new SplittableRandom(seed));
      boolean shows = false;
      for (int p = 0; p < PIXELS; p++) {
        assertEquals(Preprocessing.BACKGROUND, image[PIXELS + p]);
        shows |= image[p] != Preprocessing.BACKGROUND;
      }
      assertTrue(shows);
    }
  }

  @Test
  void droppingWhatMustBeThereIsRefused() {
    Augmentation drop = new Augmentation(0, 0, 0, 0, 0, 0, 0, 0.3);
    DataException e = assertThrows(DataException.class, () -> drop.requireFits(IMAGES));
    assertTrue(e.getMessage().contains("data.optional_channels"), e.getMessage());
    assertDoesNotThrow(() -> drop.requireFits(lacking("T1")));
    assertThrows(DataException.class, () -> new Augmentation(0, 0, 0, 0, 0, 0, 0, 1));
  }

  private static Preprocessing lacking(String... optional) {
    return new Preprocessing(
        IMAGES.channels(),
        SIZE,
        2,
        Axis.AXIAL,
        1,
        99,
        0,
        List.of(optional),
        Normalisation.PERCENTILES,
        0);
  }

  private static Preprocessing images(Axis axis) {
    return new Preprocessing(IMAGES.channels(), SIZE, 2, axis);
  }
}
