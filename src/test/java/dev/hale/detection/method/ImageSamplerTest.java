package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.TinyModel;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.method.ImageSampler.Chain;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.Device;
import dev.hale.engine.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
final class ImageSamplerTest {
  private static final Chain WHOLE = new Chain(1000, 3, "ddim", 0, 0);
  private static final int LENGTH = 2 * 16 * 16;

  @TempDir Path folder;
  private ImageSampler sampler;

  @BeforeEach
  void open() throws IOException {
    sampler = open(TinyModel.write(folder, "FLAIR", "T1").resolve("diffusion.safetensors"));
  }

  @AfterEach
  void close() {
    sampler.close();
  }

  private static ImageSampler open(Path file) {
    return ImageSampler.open(file, new DetectorOptions(Device.CPU, Precision.FLOAT32, 2, 1));
  }

  private float[][] ofNoise(double eta, long... seeds) {
    return sampler.ofNoise(seeds, new Chain(1000, 3, "ddim", eta, 0), DetectionProgress.NONE);
  }

  private static float[] image(int seed) {
    Random random = new Random(seed);
    float[] image = new float[LENGTH];
    for (int p = 0; p < LENGTH; p++) {
      image[p] = 1.6f * random.nextFloat() - 0.8f;
    }
    return image;
  }

  @Test
  void anImageFollowsFromItsSeedAlone() {
    for (double eta : new double[] {0, 0.7}) {
      float[][] three = ofNoise(eta, 5, 6, 7);
      assertArrayEquals(three[2], ofNoise(eta, 7)[0]);
      assertFalse(Arrays.equals(three[0], three[1]));
    }
    assertFalse(Arrays.equals(ofNoise(0, 5)[0], ofNoise(0.7, 5)[0]));
  }

  @Test
  void theClassMatters() {
    float[] diseased =
        sampler
            .ofNoise(new long[] {5}, new Chain(1000, 3, "ddim", 0, 1), DetectionProgress.NONE)[0];
    assertEquals(List.of("healthy", "diseased"), sampler.classes());
    assertFalse(Arrays.equals(ofNoise(0, 5)[0], diseased));
  }

  @Test
  void aSingleStepStartsFromTheHighestLevel() {
    // x̂0 of pure noise at ᾱ ≈ 0 divides by √ᾱ and is clamped; at the lowest level it would be kept
    float[] image =
        sampler
            .ofNoise(new long[] {5}, new Chain(1000, 1, "ddim", 0, 0), DetectionProgress.NONE)[0];
    int clamped = 0;
    for (float value : image) {
      clamped += Math.abs(value) == 1 ? 1 : 0;
    }
    assertTrue(clamped > 0.9 * LENGTH, clamped + " of " + LENGTH);
  }

  @Test
  void aWayBetweenSeedsBeginsAndEndsWithTheirImages() {
    float[][] way = sampler.between(5, 9, 3, WHOLE, DetectionProgress.NONE);
    float[][] ends = ofNoise(0, 5, 9);
    assertEquals(3, way.length);
    assertArrayEquals(ends[0], way[0], 1e-3f);
    assertArrayEquals(ends[1], way[2], 1e-3f);
    assertFalse(Arrays.equals(way[0], way[1]) || Arrays.equals(way[1], way[2]));
  }

  @Test
  void aWayBetweenImagesBeginsAndEndsWithThem() {
    float[] from = image(1);
    float[] to = image(2);
    float[][] way =
        sampler.between(from, to, 3, new Chain(100, 50, "ddim", 0, 0), DetectionProgress.NONE);
    assertArrayEquals(from, way[0], 0.05f);
    assertArrayEquals(to, way[2], 0.05f);
    assertFalse(Arrays.equals(way[0], way[1]) || Arrays.equals(way[1], way[2]));
  }

  @Test
  void ofALittleNoiseAnImageComesBackNearly() {
    float[] image = image(1);
    float[][] made =
        sampler.ofNoised(
            image, new long[] {3, 4}, new Chain(2, 2, "ddim", 0, 0), DetectionProgress.NONE);
    assertArrayEquals(image, made[0], 0.15f);
    assertFalse(Arrays.equals(made[0], made[1]));
  }

  @Test
  void anImageOfAnotherLengthIsRefused() {
    float[] half = Arrays.copyOf(image(1), image(1).length / 2);
    Chain chain = new Chain(2, 2, "ddim", 0, 0);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> sampler.ofNoised(half, new long[] {3}, chain, DetectionProgress.NONE))
            .getMessage();
    assertTrue(message.startsWith("the image has " + half.length + " values"), message);
  }

  @Test
  void progressGoesOnToTheLastImage() {
    List<Double> done = new ArrayList<>();
    sampler.ofNoise(new long[] {1, 2, 3}, WHOLE, (images, total) -> done.add(images));
    assertEquals(3.0, done.get(done.size() - 1));
    assertEquals(done.stream().sorted().toList(), done);
    assertEquals(6, done.size()); // two batches of three steps
  }

  @Test
  void aNetworkOfLowLevelsDoesNotStartFromNoise() throws IOException {
    Path file =
        TinyModel.lowerNoiseLevels(500, TinyModel.write(folder.resolve("low"), "FLAIR", "T1"));
    Chain chain = new Chain(500, 2, "ddim", 0, 0);
    try (ImageSampler low = open(file)) {
      String refusal =
          file
              + " has learned the noise levels below 500 of 1000 and cannot start from noise alone;"
              + " start from a scan, or train it with diffusion.training.noise_levels=1000"
              + " (docs/howto/sample.md)";
      assertEquals(
          refusal,
          assertThrows(
                  CheckpointException.class,
                  () -> low.ofNoise(new long[] {1}, chain, DetectionProgress.NONE))
              .getMessage());
      assertEquals(
          refusal,
          assertThrows(
                  CheckpointException.class,
                  () -> low.between(1, 2, 2, chain, DetectionProgress.NONE))
              .getMessage());
      assertEquals(
          "the noise level is 501, but %s has learned those up to 500".formatted(file),
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      low.ofNoised(
                          image(1),
                          new long[] {1},
                          new Chain(501, 2, "ddim", 0, 0),
                          DetectionProgress.NONE))
              .getMessage());
      float[][] made = low.ofNoised(image(1), new long[] {1}, chain, DetectionProgress.NONE);
      assertEquals(LENGTH, made[0].length);
    }
  }
}
