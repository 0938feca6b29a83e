package dev.hale.detection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.detection.method.SliceMethod;
import dev.hale.engine.ComputeThreads;
import dev.hale.engine.Device;
import dev.hale.engine.Tensors;
import dev.hale.scan.Preprocessing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.DoubleConsumer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Which slices go together, with a method that only doubles the one pixel of its images. */
final class SliceBatchesTest {
  private final Doubling method = new Doubling();
  private final SliceBatches batches =
      new SliceBatches(method, method.context(), 4, Device.CPU, 0, ComputeThreads.of(1));
  private final List<String> heard = new ArrayList<>();

  @Test
  void slicesOfConsecutiveScansFillCommonBatches() {
    List<Slices> scans = List.of(scan(10, 3), scan(20, 0), scan(30, 6), scan(40, 1));
    scans.forEach(batches::add);
    while (batches.compute(true)) {
      assertTrue(method.images.size() < 4);
    }
    assertEquals(
        List.of(
            List.of(10f, 11f, 12f, 30f), List.of(31f, 32f, 33f, 34f), List.of(35f, 40f, 35f, 35f)),
        method.images);
    assertEquals(
        List.of(
            List.of(100L, 101L, 102L, 100L),
            List.of(101L, 102L, 103L, 104L),
            List.of(105L, 100L, 105L, 105L)),
        method.seeds);
    assertEquals(List.of(4, 4, 2), method.distinct);
    assertEquals(List.of(20f, 22f, 24f), first(scans.get(0).made().maps()));
    assertNull(scans.get(1).made().healthy());
    assertEquals(List.of(60f, 62f, 64f, 66f, 68f, 70f), first(scans.get(2).made().maps()));
    assertEquals(List.of(80f), first(scans.get(3).made().healthy()));
  }

  @Test
  void aBatchThatIsNotFullWaitsForTheNextScan() {
    Slices early = scan(10, 5);
    batches.add(early);
    assertTrue(batches.compute(false));
    assertFalse(batches.compute(false));
    assertFalse(early.isDone());
    assertThrows(IllegalStateException.class, early::made);
    batches.add(scan(20, 3));
    assertTrue(batches.compute(false));
    assertTrue(early.isDone());
    assertFalse(batches.compute(true));
  }

  @Test
  void aScanThatFailsDoesNotTakeThoseOfItsBatchAlong() {
    List<Slices> scans = List.of(scan(10, 2), scan(20, 5), scan(30, 3));
    scans.forEach(batches::add);
    method.failing = 21;
    while (batches.compute(true)) {
      assertTrue(method.images.size() < 9);
    }
    assertEquals(List.of(20f, 22f), first(scans.get(0).made().maps()));
    assertEquals(List.of(60f, 62f, 64f), first(scans.get(2).made().maps()));
    assertThrows(ArithmeticException.class, scans.get(1)::made);
    assertTrue(
        method.images.stream().noneMatch(batch -> batch.contains(22f)),
        "the rest of a scan that failed is not computed");
  }

  @Test
  void anErrorComesOutAsItWas() {
    method.error = new OutOfMemoryError("no more");
    Slices scan = scan(10, 1);
    batches.add(scan);
    batches.compute(true);
    assertSame(method.error, assertThrows(OutOfMemoryError.class, scan::made));
  }

  @Test
  void everyScanHearsOfItsOwnSlices() {
    batches.add(scan(10, 3));
    batches.add(scan(20, 5));
    batches.compute(true);
    batches.compute(true);
    assertEquals(List.of("10: 3.0 of 3", "20: 1.0 of 5", "20: 5.0 of 5"), heard);
  }

  @Test
  void workersComputeSideBySideAndThisThreadHearsOfIt() {
    method.together = new CountDownLatch(3);
    Thread here = Thread.currentThread();
    List<Slices> scans = new ArrayList<>();
    try (ComputeThreads threads = ComputeThreads.of(3);
        SliceBatches parallel =
            new SliceBatches(method, method.context(), 4, Device.CPU, 0, threads)) {
      for (int n = 0; n < 4; n++) {
        scans.add(scan(10 * n, 3, () -> assertSame(here, Thread.currentThread())));
        parallel.add(scans.get(n));
      }
      assertTrue(parallel.compute(true), "three at once, or this never ends");
      while (parallel.compute(true)) {
        assertTrue(method.images.size() <= 3);
      }
    }
    for (int n = 0; n < 4; n++) {
      assertEquals(List.of(20f * n, 20f * n + 2, 20f * n + 4), first(scans.get(n).made().maps()));
    }
    assertEquals(6, heard.size(), heard.toString());
  }

  @Test
  void anIdleWorkerDoesNotWaitForABusyOne() {
    method.together = new CountDownLatch(2);
    try (ComputeThreads threads = ComputeThreads.of(2);
        SliceBatches parallel =
            new SliceBatches(method, method.context(), 4, Device.CPU, 0, threads)) {
      Slices first = scan(10, 4);
      parallel.add(first);
      assertFalse(parallel.compute(false), "one runs, another scan may follow");
      assertFalse(first.isDone());
      Slices second = scan(20, 4);
      parallel.add(second);
      assertTrue(parallel.compute(false));
      while (!first.isDone() || !second.isDone()) {
        parallel.compute(true);
      }
      assertEquals(List.of(40f, 42f, 44f, 46f), first(second.made().maps()));
    }
  }

  @Test
  void whoIsToldMayEndTheScan() {
    Slices ended =
        scan(
            10,
            8,
            () -> {
              throw new IllegalStateException("enough");
            });
    Slices other = scan(20, 4);
    try (ComputeThreads threads = ComputeThreads.of(2);
        SliceBatches parallel =
            new SliceBatches(method, method.context(), 4, Device.CPU, 0, threads)) {
      parallel.add(ended);
      parallel.add(other);
      while (!other.isDone()) {
        parallel.compute(true);
      }
    }
    DetectionCancelled cancelled = assertThrows(DetectionCancelled.class, ended::made);
    assertEquals("enough", cancelled.getCause().getMessage());
    assertEquals(List.of(40f, 42f, 44f, 46f), first(other.made().maps()));
  }

  private Slices scan(int from, int count) {
    return scan(from, count, () -> {});
  }

  private Slices scan(int from, int count, Runnable told) {
    float[][] images = new float[count][];
    byte[][] brains = new byte[count][];
    for (int n = 0; n < count; n++) {
      images[n] = new float[] {from + n};
      brains[n] = new byte[] {1};
    }
    return new Slices(
        SliceImages.alone(images, brains, 0),
        100,
        (done, total) -> {
          told.run();
          heard.add(from + ": " + done + " of " + total);
        });
  }

  private static List<Float> first(float[][] images) {
    List<Float> values = new ArrayList<>();
    for (float[] image : images) {
      values.add(image[0]);
    }
    return values;
  }

  private static final class Doubling implements SliceMethod {
    final List<List<Float>> images = Collections.synchronizedList(new ArrayList<>());
    final List<List<Long>> seeds = Collections.synchronizedList(new ArrayList<>());
    final List<Integer> distinct = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch together = new CountDownLatch(0); // so many batches wait for each other
    float failing = -1;
    Error error;

    @Override
    public SliceMaps maps(SliceBatch batch, DoubleConsumer progress) {
      List<Float> values = first(Tensors.rows(batch.images()));
      images.add(values);
      seeds.add(Arrays.stream(batch.seeds()).boxed().toList());
      distinct.add(batch.distinct());
      together.countDown();
      try {
        together.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (values.contains(failing)) {
        throw new ArithmeticException("this slice");
      }
      if (error != null) {
        throw error;
      }
      progress.accept(1);
      Tensor twice = batch.images().mul(new Scalar(2.0));
      return new SliceMaps(twice.squeeze(1), twice);
    }

    @Override
    public Preprocessing preprocessing() {
      throw new UnsupportedOperationException();
    }
  }
}
