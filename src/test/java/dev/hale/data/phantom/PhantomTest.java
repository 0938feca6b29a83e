package dev.hale.data.phantom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.scan.DataException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("slow")
final class PhantomTest {
  /** A third of the default resolution: quick, same anatomy. */
  private static final PhantomOptions COARSE = new PhantomOptions(64, 64, 20, 3, 5);

  /** Hash of one subject's voxels as the model of anatomy and intensity was frozen. */
  private static final int FROZEN = 1471516907;

  @ParameterizedTest
  @EnumSource(Pathology.class)
  void sameSeedGivesTheSameBits(Pathology pathology) {
    PhantomSubject first = Phantom.subject(pathology, 42, COARSE);
    PhantomSubject again = Phantom.subject(pathology, 42, COARSE);
    assertArrayEquals(first.scan().voxels(), again.scan().voxels());
    assertArrayEquals(first.lesion(), again.lesion());
    assertArrayEquals(first.brain(), again.brain());
  }

  /** Models are trained on these images: whoever changes them must know it. */
  @Test
  void imagesStayWhatTheyWere() {
    PhantomSubject subject = Phantom.subject(Pathology.GLIOMA, 1, COARSE);
    assertEquals(FROZEN, Arrays.hashCode(subject.scan().voxels()));
  }

  @ParameterizedTest
  @EnumSource(Pathology.class)
  void otherSeedsGiveOtherPeople(Pathology pathology) {
    PhantomSubject one = Phantom.subject(pathology, 1, COARSE);
    PhantomSubject other = Phantom.subject(pathology, 2, COARSE);
    assertFalse(Arrays.equals(one.brain(), other.brain()));
    assertFalse(Arrays.equals(one.scan().voxels(), other.scan().voxels()));
    assertEquals(pathology == Pathology.HEALTHY, Arrays.equals(one.lesion(), other.lesion()));
  }

  @Test
  void scanHasTheFourChannelsOnACentredGrid() {
    PhantomSubject subject = Phantom.subject(Pathology.HEALTHY, 3);
    assertEquals(List.of("FLAIR", "T1", "T1c", "T2"), subject.scan().channels());
    assertEquals("192×192×20 voxels", subject.scan().grid().toString());
    assertArrayEquals(new double[] {1, 1, 5}, subject.scan().grid().spacing());
    assertEquals(-95.5, subject.scan().grid().affine()[3]);
    assertEquals(-47.5, subject.scan().grid().affine()[11]);
  }

  @ParameterizedTest
  @EnumSource(Pathology.class)
  void valuesArePositiveInTheBrainAndZeroOutside(Pathology pathology) {
    PhantomSubject subject = Phantom.subject(pathology, 4, COARSE);
    int size = subject.scan().grid().size();
    float[] voxels = subject.scan().voxels();
    for (int v = 0; v < voxels.length; v++) {
      boolean inside = subject.brain()[v % size] == 1;
      assertTrue(inside ? voxels[v] > 0 && Float.isFinite(voxels[v]) : voxels[v] == 0);
    }
  }

  @Test
  void brainFillsARealisticVolume() {
    for (int seed = 0; seed < 12; seed++) {
      PhantomSubject subject = Phantom.subject(Pathology.HEALTHY, seed, COARSE);
      double litres = count(subject.brain()) * 45e-6;
      assertTrue(litres > 0.8 && litres < 1.6, "brain of " + litres + " l");
    }
  }

  @Test
  void theHealthyHaveNoLesion() {
    PhantomSubject subject = Phantom.subject(Pathology.HEALTHY, 5, COARSE);
    assertEquals(0, count(subject.lesion()));
    assertFalse(subject.sliceIsDiseased(10));
  }

  @ParameterizedTest
  @EnumSource(
      value = Pathology.class,
      names = {"GLIOMA", "MS"})
  void lesionsLieInTheBrainAndLeaveHealthySlices(Pathology pathology) {
    for (int seed = 0; seed < 20; seed++) {
      PhantomSubject subject = Phantom.subject(pathology, seed, COARSE);
      int diseased = 0;
      for (int k = 0; k < 20; k++) {
        diseased += subject.sliceIsDiseased(k) ? 1 : 0;
      }
      assertTrue(diseased >= 2 && diseased <= 18, "diseased slices: " + diseased);
      for (int v = 0; v < subject.lesion().length; v++) {
        assertTrue(subject.lesion()[v] <= subject.brain()[v]);
      }
    }
  }

  /** A sphere of 12 to 32 mm is 7 to 137 ml; fingers add and fluid takes away. */
  @Test
  void gliomaVolumesAreInRange() {
    double largest = 0;
    for (int seed = 0; seed < 20; seed++) {
      double ml = count(Phantom.subject(Pathology.GLIOMA, seed, COARSE).lesion()) * 0.045;
      assertTrue(ml > 4 && ml < 160, "glioma of " + ml + " ml");
      largest = Math.max(largest, ml);
    }
    assertTrue(largest > 60, "largest glioma only " + largest + " ml");
  }

  /** 5 to 30 ovoids of 30 to 700 mm³ each. */
  @Test
  void plaqueVolumesAreInRange() {
    for (int seed = 0; seed < 6; seed++) {
      double ml = count(Phantom.subject(Pathology.MS, seed).lesion()) * 0.005;
      assertTrue(ml > 0.15 && ml < 15, "plaques of " + ml + " ml");
    }
  }

  /** The counterfactual truth: far from the plaques twins are the same, bit for bit. */
  @Test
  void twinsDifferOnlyAboutTheLesions() {
    PhantomSubject sick = Phantom.subject(Pathology.MS, 6);
    PhantomSubject twin = Phantom.subject(Pathology.HEALTHY, 6);
    assertArrayEquals(twin.brain(), sick.brain());
    int flair = sick.scan().grid().size();
    int changed = 0;
    int changedLesion = 0;
    for (int v = 0; v < flair; v++) {
      if (sick.scan().voxels()[v] != twin.scan().voxels()[v]) {
        changed++;
        changedLesion += sick.lesion()[v];
      }
    }
    assertEquals(count(sick.lesion()), changedLesion);
    assertTrue(changed < 8 * changedLesion, changed + " voxels changed");
    assertNotEquals(0, changedLesion);
  }

  @Test
  void sizesWithoutVoxelsAreRefused() {
    assertThrows(DataException.class, () -> new PhantomOptions(192, 192, 0, 1, 5));
    assertThrows(DataException.class, () -> new PhantomOptions(192, 192, 20, 0, 5));
  }

  private static int count(byte[] mask) {
    int count = 0;
    for (byte m : mask) {
      count += m;
    }
    return count;
  }
}
