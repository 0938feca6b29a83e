package dev.hale.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hale.data.prepared.Augmentation;
import dev.hale.data.prepared.Balance;
import dev.hale.data.prepared.BatchLoader;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.data.prepared.PreparedSetWriter;
import dev.hale.data.prepared.PreparedSlice;
import dev.hale.data.prepared.Sampling;
import dev.hale.data.prepared.Split;
import dev.hale.scan.Axis;
import dev.hale.scan.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training on a prepared set, whose lesion masks are gone. */
@Tag("slow")
class PreparedTrainingTest extends OneThread {
  private static final int SIDE = 8;
  @TempDir Path folder;

  /** Thirty greys, two thirds to learn from; row n has the value n / 30, every third diseased. */
  private PreparedSet set() throws IOException {
    Path to = Files.createDirectory(folder.resolve("set"));
    Preprocessing preprocessing =
        new Preprocessing(List.of("FLAIR"), SIDE, 2, Axis.AXIAL, 1, 99, 0);
    try (PreparedSetWriter writer = new PreparedSetWriter(to, preprocessing)) {
      for (int n = 0; n < 30; n++) {
        float[] image = new float[SIDE * SIDE];
        byte[] brain = new byte[SIDE * SIDE];
        byte[] lesion = new byte[SIDE * SIDE];
        Arrays.fill(image, n / 30f);
        Arrays.fill(brain, (byte) 1);
        boolean diseased = n % 3 == 0;
        lesion[9] = (byte) (diseased ? 1 : 0);
        Split split = n < 20 ? Split.TRAIN : n < 28 ? Split.VALIDATION : Split.TEST;
        writer.add(
            new PreparedSlice(
                "subject" + n,
                n,
                split,
                diseased ? 1 : 0,
                OptionalInt.of(diseased ? 1 : 0),
                1,
                "made up"),
            image,
            brain,
            lesion);
      }
      writer.finish(JsonNodeFactory.instance.objectNode());
    }
    try (var files = Files.list(to)) {
      for (Path file : files.filter(f -> f.getFileName().toString().contains("lesion")).toList()) {
        Files.delete(file);
      }
    }
    return PreparedSet.open(to);
  }

  private static Batches batches(PreparedSet set) {
    Augmentation augmentation = new Augmentation(0.5, 5, 0.1, 1, 0.2, 0.2, 0.05);
    Sampling sampling = new Sampling(8, Balance.LABELS, OptionalInt.empty(), 1, 0, 1, 2, 3);
    return step -> new BatchLoader(set, Split.TRAIN, sampling, augmentation, step);
  }

  @Test
  void trainingReadsNoLesionMaskAndResumesInTheOrderOfTheData() throws IOException {
    TinyTraining training = new TinyTraining();
    training.schedule = RateSchedule.CONSTANT;
    training.validateEvery = 4;
    Task task = training.diffusion();
    try (PreparedSet set = set()) {
      ValidationImages images = ValidationImages.of(set, Split.VALIDATION, 6);
      Recorder whole = new Recorder();
      TrainingFolder uninterrupted = TrainingFolder.of(folder, "whole");
      training.trainer(task, uninterrupted, whole).run(batches(set), images, Start.FRESH).close();
      TrainingFolder out = TrainingFolder.of(folder, "parts");
      training.steps = 5;
      training.trainer(task, out, new Recorder()).run(batches(set), images, Start.FRESH).close();
      training.steps = 12;
      Recorder rest = new Recorder();
      training.trainer(task, out, rest).run(batches(set), images, Start.RESUME).close();
      assertEquals(5, rest.start);
      assertEquals(whole.losses().subList(5, 12), rest.losses());
      ResumeTest.assertSame(uninterrupted.best(), out.best());
      assertTrue(whole.steps.get(3).secondsWaited() < whole.steps.get(3).seconds());
    }
  }

  @Test
  void validationImagesAreSpreadOverBothClassesOfTheirSplit() throws IOException {
    try (PreparedSet set = set()) {
      // Rows 20 … 27: 20, 22, 23, 25, 26 are healthy, 21, 24, 27 diseased.
      ValidationImages all = ValidationImages.of(set, Split.VALIDATION, 100);
      assertArrayEquals(new int[] {0, 0, 0, 0, 0, 1, 1, 1}, all.labels());
      assertEquals(21 / 30f, all.images()[5][0]);
      ValidationImages four = ValidationImages.of(set, Split.VALIDATION, 4);
      assertArrayEquals(new int[] {0, 0, 0, 1}, four.labels());
      assertEquals(23 / 30f, four.images()[1][SIDE * SIDE - 1]);
      assertTrue(four.headDown());
      assertThrows(TrainingException.class, () -> ValidationImages.of(set, Split.VALIDATION, 0));
    }
  }
}
