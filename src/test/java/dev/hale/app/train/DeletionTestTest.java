package dev.hale.app.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hale.TinyModel;
import dev.hale.detection.SliceImages;
import dev.hale.detection.method.CriticAttribution;
import dev.hale.evaluation.RegionMap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a critic's verdict, against a plain twin that sorts pixels. */
class DeletionTestTest {
  private static final double[] SHARES = {0.00125, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08};

  @TempDir Path folder;

  @Test
  void theHighestPixelsAreTakenOut() throws IOException {
    TinyModel.write(folder, "FLAIR");
    Path file = TinyModel.writeCritic(folder, "FLAIR");
    try (CriticAttribution critic =
        new CriticAttribution(file, CriticAttribution.Settings.DEFAULT)) {
      assertTakesOut(critic);
    }
  }

  private static void assertTakesOut(CriticAttribution critic) {
    int size = critic.preprocessing().imageSize();
    int pixels = size * size;
    Random random = new Random(2);
    float[][] images = new float[2][pixels];
    byte[][] brains = new byte[2][pixels];
    float[][] maps = new float[2][pixels];
    for (int n = 0; n < 2; n++) {
      Arrays.fill(brains[n], (byte) 1);
      for (int p = 0; p < pixels; p++) {
        images[n][p] = random.nextFloat() * 2 - 1;
        maps[n][p] = random.nextFloat();
      }
    }
    DeletionTest test = new DeletionTest(critic, SliceImages.alone(images, brains, 0));
    double expected = 0;
    for (double share : SHARES) {
      for (int n = 0; n < 2; n++) {
        expected +=
            (probability(critic, images[n])
                    - probability(critic, without(images[n], maps[n], share)))
                / (2 * SHARES.length);
      }
    }
    assertEquals(
        expected,
        test.drop(Arrays.stream(maps).map(map -> new RegionMap(map, new boolean[pixels])).toList()),
        1e-6);
    RegionMap nothing = new RegionMap(new float[pixels], new boolean[pixels]);
    assertEquals(0, test.drop(List.of(nothing, nothing)), 1e-9, "nothing is marked");
  }

  private static double probability(CriticAttribution critic, float[] image) {
    return 1 / (1 + Math.exp(-critic.logits(SliceImages.alone(new float[][] {image}, null, 0))[0]));
  }

  private static float[] without(float[] image, float[] map, double share) {
    float[] sorted = image.clone();
    Arrays.sort(sorted);
    int middle = image.length / 2;
    float median = (sorted[middle - 1] + sorted[middle]) / 2;
    int count = (int) Math.ceil(share * (image.length - 1));
    float[] less = image.clone();
    IntStream.range(0, image.length)
        .boxed()
        .sorted((a, b) -> Float.compare(map[b], map[a]))
        .limit(count)
        .forEach(p -> less[p] = median);
    return less;
  }
}
