package dev.hale.data.prepared;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.data.prepared.SmallSets.Item;
import dev.hale.scan.Axis;
import dev.hale.scan.DataException;
import dev.hale.scan.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BatchLoaderTest {
  private static final int LENGTH = 2 * SmallSets.PIXELS;
  private static final Augmentation ALL = new Augmentation(0.5, 20, 0.15, 2, 0.4, 0.4, 0.1);
  private static final List<Item> ITEMS = SmallSets.items();

  @TempDir Path temp;
  private PreparedSet set;

  @BeforeEach
  void open() throws IOException {
    set = PreparedSet.open(SmallSets.write(temp.resolve("set"), ITEMS));
  }

  @AfterEach
  void close() {
    set.close();
  }

  @Test
  void aStepsBatchDoesNotDependOnWhereTheLoaderStarted() {
    for (Balance balance : Balance.values()) {
      List<Batch> all = take(loader(sampling(4, balance, 1, 3), ALL, 0), 12);
      for (int step : new int[] {1, 5, 11}) {
        Batch fresh = take(loader(sampling(4, balance, 1, 1), ALL, step), 1).get(0);
        assertEquals(step, fresh.step());
        assertSame(all.get(step), fresh);
      }
    }
  }

  @Test
  void oneThreadAndFourGiveTheSame() {
    List<Batch> one = take(loader(sampling(4, Balance.NONE, 1, 1), ALL, 0), 20);
    List<Batch> four = take(loader(sampling(4, Balance.NONE, 4, 5), ALL, 0), 20);
    for (int step = 0; step < 20; step++) {
      assertEquals(step, four.get(step).step());
      assertSame(one.get(step), four.get(step));
    }
    assertFalse(Arrays.equals(one.get(0).images(), one.get(1).images()));
  }

  @Test
  void twoProcessesSeeTogetherWhatOneWould() {
    for (Balance balance : Balance.values()) {
      List<Batch> whole = take(loader(sampling(6, balance, 2, 2), ALL, 0), 9);
      List<Batch> first = take(loader(ofProcess(6, balance, 0), ALL, 0), 9);
      List<Batch> second = take(loader(ofProcess(6, balance, 1), ALL, 0), 9);
      for (int step = 0; step < 9; step++) {
        float[] joined = Arrays.copyOf(first.get(step).images(), 6 * LENGTH);
        System.arraycopy(second.get(step).images(), 0, joined, 3 * LENGTH, 3 * LENGTH);
        int[] labels = Arrays.copyOf(first.get(step).labels(), 6);
        System.arraycopy(second.get(step).labels(), 0, labels, 3, 3);
        assertSame(whole.get(step), new Batch(step, 6, joined, labels));
      }
    }
  }

  @Test
  void everyImageComesOnceAnEpochInAnOrderOfItsOwn() {
    int images = rows(Split.TRAIN).size();
    assertEquals(15, images);
    List<Batch> batches = take(loader(sampling(4, Balance.NONE, 2, 2), Augmentation.NONE, 0), 15);
    List<Integer> seen = new ArrayList<>();
    batches.forEach(batch -> seen.addAll(rowsOf(batch)));
    List<List<Integer>> epochs = new ArrayList<>();
    for (int epoch = 0; epoch < 4; epoch++) {
      List<Integer> rows = seen.subList(epoch * images, (epoch + 1) * images);
      assertEquals(rows(Split.TRAIN), new TreeSet<>(rows));
      epochs.add(rows);
    }
    assertEquals(4, new HashSet<>(epochs).size());
  }

  @Test
  void imagesAndLabelsAreThoseOfTheSet() {
    for (Batch batch : take(loader(sampling(4, Balance.LABELS, 2, 2), Augmentation.NONE, 0), 10)) {
      List<Integer> rows = rowsOf(batch);
      for (int n = 0; n < rows.size(); n++) {
        assertEquals(ITEMS.get(rows.get(n)).slice().label(), batch.labels()[n]);
      }
    }
  }

  @Test
  void balancedBatchesAreHalfDiseased() {
    // A third of the images is diseased.
    assertEquals(1 / 3.0, diseased(Balance.NONE), 0.01);
    assertEquals(0.5, diseased(Balance.LABELS), 0.05); // more than four standard deviations
    assertEquals(0.5, diseased(Balance.HEIGHTS), 0.05);
  }

  private double diseased(Balance balance) {
    int count = 0;
    for (Batch batch : take(loader(sampling(20, balance, 1, 1), Augmentation.NONE, 0), 100)) {
      count += Arrays.stream(batch.labels()).sum();
    }
    return count / 2000.0;
  }

  @Test
  void aLoaderGivesItsSplitAlone() {
    for (Split split : Split.values()) {
      for (Balance balance : Balance.values()) {
        Sampling sampling = sampling(3, balance, 1, 1);
        Set<Integer> seen = new TreeSet<>();
        try (var loader = new BatchLoader(set, split, sampling, Augmentation.NONE, 0)) {
          for (int step = 0; step < 40; step++) {
            seen.addAll(rowsOf(loader.next()));
          }
        }
        assertTrue(rows(split).containsAll(seen), split + ": " + seen);
        if (balance != Balance.HEIGHTS) { // which leaves out healthy images of other heights
          assertEquals(rows(split), seen);
        }
      }
    }
  }

  @Test
  void oneLabelAloneIsThatLabelAlone() {
    Sampling healthy = new Sampling(5, Balance.NONE, OptionalInt.of(0), 7, 0, 1, 1, 1);
    Set<Integer> seen = new TreeSet<>();
    for (Batch batch : take(loader(healthy, Augmentation.NONE, 0), 20)) {
      assertEquals(0, Arrays.stream(batch.labels()).sum());
      seen.addAll(rowsOf(batch));
    }
    assertEquals(10, seen.size());
  }

  @Test
  void lesionMasksAreNeverOpened() throws IOException {
    for (int shard = 0; shard < 3; shard++) {
      Files.delete(temp.resolve("set").resolve("lesion-0000%d.npy".formatted(shard)));
    }
    try (PreparedSet blind = PreparedSet.open(temp.resolve("set"));
        var loader =
            new BatchLoader(blind, Split.TRAIN, sampling(4, Balance.LABELS, 2, 2), ALL, 0)) {
      for (int step = 0; step < 10; step++) {
        assertEquals(4, loader.next().size());
      }
    }
  }

  @Test
  void anErrorInAThreadReachesTheCaller() {
    try (var loader = loader(sampling(4, Balance.NONE, 2, 2), ALL, 3)) {
      loader.next();
      set.close();
      DataException e =
          assertThrows(
              DataException.class,
              () -> {
                for (int step = 0; step < 5; step++) {
                  loader.next();
                }
              });
      assertTrue(e.getMessage().contains("cannot be read"), e.getMessage());
      assertTrue(e.getMessage().contains("the prepared set is closed"), e.getMessage());
      assertThrows(DataException.class, loader::next, "it stays failed");
    }
  }

  @Test
  void closingStopsTheThreads() throws InterruptedException {
    BatchLoader loader = loader(sampling(4, Balance.NONE, 3, 2), ALL, 0);
    loader.next();
    List<Thread> threads =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("hale-data"))
            .toList();
    assertFalse(threads.isEmpty());
    loader.close();
    loader.close();
    assertThrows(IllegalStateException.class, loader::next);
    for (Thread thread : threads) {
      thread.join(10_000); // a thread that has left the pool takes a moment to end
      assertFalse(thread.isAlive(), thread.getName());
    }
  }

  @Test
  void theTimeSpentWaitingIsCounted() {
    try (var loader = loader(sampling(200, Balance.NONE, 1, 1), ALL, 0)) {
      assertEquals(0, loader.secondsWaited());
      long before = System.nanoTime();
      loader.next();
      loader.next(); // its making began with the first call's end
      double passed = (System.nanoTime() - before) / 1e9;
      assertTrue(loader.secondsWaited() > 0);
      assertTrue(loader.secondsWaited() <= passed);
    }
  }

  @Test
  void whatCannotBeDrawnIsRefused() throws IOException {
    List<Item> healthy = List.of(SmallSets.item(1, "a", Split.TRAIN, false));
    try (PreparedSet one = PreparedSet.open(SmallSets.write(temp.resolve("one"), healthy))) {
      assertRefused("the set has no test images", one, Split.TEST, sampling(1, Balance.NONE, 1, 1));
      assertRefused(
          "need healthy and diseased train images, the set has 1 and 0",
          one,
          Split.TRAIN,
          sampling(1, Balance.LABELS, 1, 1));
      assertRefused(
          "the set has no train images of label 1",
          one,
          Split.TRAIN,
          new Sampling(1, Balance.NONE, OptionalInt.of(1), 7, 0, 1, 1, 1));
    }
    assertThrows(
        DataException.class,
        () -> new Sampling(5, Balance.NONE, OptionalInt.empty(), 0, 0, 2, 1, 1));
    assertThrows(
        DataException.class,
        () -> new Sampling(4, Balance.NONE, OptionalInt.empty(), 0, 2, 2, 1, 1));
    assertThrows(
        DataException.class,
        () -> new Sampling(4, Balance.LABELS, OptionalInt.of(0), 0, 0, 1, 1, 1));
  }

  @Test
  void sagittalSetsAreNotFlipped() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("sagittal"));
    Preprocessing how = new Preprocessing(List.of("FLAIR", "T1"), SmallSets.SIZE, 2, Axis.SAGITTAL);
    Item item = ITEMS.get(0);
    try (var writer = new PreparedSetWriter(folder, how)) {
      writer.add(item.slice(), item.image(), item.brain(), item.lesion());
      writer.finish(PreparedFormat.JSON.createObjectNode());
    }
    try (PreparedSet sagittal = PreparedSet.open(folder)) {
      DataException e =
          assertThrows(
              DataException.class,
              () ->
                  new BatchLoader(sagittal, Split.TRAIN, sampling(1, Balance.NONE, 1, 1), ALL, 0)
                      .close());
      assertTrue(e.getMessage().contains("flip"), e.getMessage());
    }
  }

  private static void assertRefused(String message, PreparedSet from, Split split, Sampling how) {
    DataException e =
        assertThrows(
            DataException.class,
            () -> new BatchLoader(from, split, how, Augmentation.NONE, 0).close());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  private static Sampling sampling(int batch, Balance balance, int threads, int prefetch) {
    return new Sampling(batch, balance, OptionalInt.empty(), 7, 0, 1, threads, prefetch);
  }

  private static Sampling ofProcess(int batch, Balance balance, int rank) {
    return new Sampling(batch, balance, OptionalInt.empty(), 7, rank, 2, 1, 1);
  }

  private BatchLoader loader(Sampling sampling, Augmentation augmentation, long firstStep) {
    return new BatchLoader(set, Split.TRAIN, sampling, augmentation, firstStep);
  }

  private static List<Batch> take(BatchLoader loader, int count) {
    try (loader) {
      List<Batch> batches = new ArrayList<>();
      for (int n = 0; n < count; n++) {
        batches.add(loader.next());
      }
      return batches;
    }
  }

  private static void assertSame(Batch expected, Batch actual) {
    assertEquals(expected.size(), actual.size());
    assertArrayEquals(expected.labels(), actual.labels());
    assertArrayEquals(expected.images(), actual.images());
  }

  private static Set<Integer> rows(Split split) {
    Set<Integer> rows = new TreeSet<>();
    for (int row = 0; row < ITEMS.size(); row++) {
      if (ITEMS.get(row).slice().split() == split) {
        rows.add(row);
      }
    }
    return rows;
  }

  /** The rows of images that were not varied, found by their values. */
  private static List<Integer> rowsOf(Batch batch) {
    List<Integer> rows = new ArrayList<>();
    for (int n = 0; n < batch.size(); n++) {
      float[] image = Arrays.copyOfRange(batch.images(), n * LENGTH, (n + 1) * LENGTH);
      int row = 0;
      while (!Arrays.equals(ITEMS.get(row).image(), image)) {
        row++;
      }
      rows.add(row);
    }
    return rows;
  }
}
