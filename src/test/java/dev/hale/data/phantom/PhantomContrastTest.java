package dev.hale.data.phantom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Tissues look in each sequence as they do in MRI. */
final class PhantomContrastTest {
  private static final long[] SEEDS = {11, 12, 13, 14};
  private static final PhantomOptions OPTIONS = new PhantomOptions(64, 64, 20, 3, 5);

  @Test
  void fractionsSumToOneInTheBrainAndToNothingOutside() {
    TissueMap map = Phantom.tissues(Pathology.GLIOMA, 11, OPTIONS);
    for (int v = 0; v < map.grid.size(); v++) {
      double sum = 0;
      for (float[] fraction : map.fraction) {
        sum += fraction[v];
      }
      assertEquals(map.brain[v], sum, 1e-5);
    }
  }

  @Test
  void healthyTissuesHaveTheirOrder() {
    for (long seed : SEEDS) {
      Case person = Case.of(Pathology.HEALTHY, seed, 0.8f);
      person.assertOrder("FLAIR", Tissue.CSF, Tissue.WHITE, Tissue.GREY);
      person.assertOrder("T1", Tissue.CSF, Tissue.GREY, Tissue.WHITE);
      person.assertOrder("T1", Tissue.GREY, Tissue.DEEP_GREY, Tissue.WHITE);
      person.assertOrder("T1c", Tissue.CSF, Tissue.WHITE, Tissue.VESSEL);
      person.assertOrder("T2", Tissue.WHITE, Tissue.GREY, Tissue.CSF);
    }
  }

  @Test
  void plaquesAreBrightOnFlairAndDarkOnT1() {
    for (long seed : SEEDS) {
      Case person = Case.of(Pathology.MS, seed, 0.8f);
      person.assertOrder("FLAIR", Tissue.CSF, Tissue.WHITE, Tissue.PLAQUE);
      person.assertOrder("T1", Tissue.CSF, Tissue.PLAQUE, Tissue.WHITE);
      person.assertOrder("T2", Tissue.WHITE, Tissue.PLAQUE, Tissue.CSF);
    }
  }

  @Test
  void oedemaIsBrightOnFlairAndDarkOnT1() {
    for (long seed : SEEDS) {
      Case person = Case.of(Pathology.GLIOMA, seed, 0.8f);
      person.assertOrder("FLAIR", Tissue.CSF, Tissue.WHITE, Tissue.OEDEMA);
      person.assertOrder("T1", Tissue.CSF, Tissue.OEDEMA, Tissue.WHITE);
      person.assertOrder("T2", Tissue.WHITE, Tissue.OEDEMA, Tissue.CSF);
    }
  }

  @Test
  void someTumoursEnhanceAroundANecroticCore() {
    int ringed = 0;
    for (int seed = 0; seed < 12; seed++) {
      Case person = Case.of(Pathology.GLIOMA, seed, 0.5f);
      if (person.voxels(Tissue.ENHANCING) > 9 && person.voxels(Tissue.NECROSIS) > 9) {
        ringed++;
        person.assertOrder("T1c", Tissue.NECROSIS, Tissue.WHITE, Tissue.ENHANCING);
      }
    }
    assertTrue(ringed >= 3 && ringed < 12, ringed + " of 12 tumours are ringed");
  }

  /** One rendered subject and its truth. */
  private record Case(PhantomSubject subject, TissueMap map, float purity) {
    static Case of(Pathology pathology, long seed, float purity) {
      return new Case(
          Phantom.subject(pathology, seed, OPTIONS),
          Phantom.tissues(pathology, seed, OPTIONS),
          purity);
    }

    void assertOrder(String channel, Tissue dark, Tissue mid, Tissue bright) {
      float[] image = subject.scan().channel(subject.scan().channelIndex(channel));
      double low = mean(image, dark);
      double middle = mean(image, mid);
      double high = mean(image, bright);
      assertTrue(
          low < middle && middle < high,
          "%s of %s: %s %.0f, %s %.0f, %s %.0f"
              .formatted(channel, subject.scan().name(), dark, low, mid, middle, bright, high));
    }

    int voxels(Tissue tissue) {
      int count = 0;
      for (float fraction : map.fraction[tissue.index]) {
        count += fraction > purity ? 1 : 0;
      }
      return count;
    }

    private double mean(float[] image, Tissue tissue) {
      assertTrue(voxels(tissue) > 0, "no voxel is pure " + tissue);
      double sum = 0;
      for (int v = 0; v < image.length; v++) {
        sum += map.fraction[tissue.index][v] > purity ? image[v] : 0;
      }
      return sum / voxels(tissue);
    }
  }
}
