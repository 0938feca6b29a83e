package dev.hale.detection;

import dev.hale.detection.Slices.Made;
import dev.hale.detection.Slices.Part;
import dev.hale.detection.method.BrainMaps;
import dev.hale.detection.method.SliceMethod;
import dev.hale.detection.method.SliceMethod.Around;
import dev.hale.detection.method.SliceMethod.SliceBatch;
import dev.hale.detection.method.SliceMethod.SliceMaps;
import dev.hale.engine.ComputeThreads;
import dev.hale.engine.Device;
import dev.hale.engine.LibTorchErrors;
import dev.hale.engine.Scope;
import dev.hale.engine.StopSign;
import dev.hale.engine.Tensors;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Fills batches with the slices of one scan after the other, in the order in which they are added,
 * and computes them, some side by side. Every batch has the same size, the last one filled up with
 * copies of its first slice: how a convolution sums depends on the number of images, and a map's
 * bits must not depend on company.
 *
 * <p>For one thread: workers say what they have to say to it, and it tells of progress. A scan that
 * nobody wants any more ends before the next call of a network, unless it shares a batch with one
 * that is wanted; an interrupt of this thread ends them all.
 */
final class SliceBatches implements AutoCloseable {
  private final SliceMethod method;
  private final int context;
  private final int size;
  private final Device device;
  private final double smoothing;
  private final ComputeThreads workers;
  private final Deque<Slices> waiting = new ArrayDeque<>();
  private final List<Slices> unfinished = new ArrayList<>();
  private final BlockingQueue<Runnable> said = new LinkedBlockingQueue<>();
  private int running;
  private int over;
  private volatile boolean closed;

  /**
   * Nothing waits yet.
   *
   * @param method that maps; stays the caller's
   * @param context how many neighbours on either side slices come with; as many as the method looks
   *     at, or more
   * @param size slices in a batch, at least 1
   * @param device of the method: slices go up to it once, maps come down once
   * @param smoothing standard deviation of a Gaussian over the maps, in pixels; 0 for none
   * @param workers that compute batches; stay the caller's
   */
  SliceBatches(
      SliceMethod method,
      int context,
      int size,
      Device device,
      double smoothing,
      ComputeThreads workers) {
    this.method = method;
    this.context = context;
    this.size = size;
    this.device = device;
    this.smoothing = smoothing;
    this.workers = workers;
  }

  void add(Slices slices) {
    waiting.add(slices);
    unfinished.add(slices);
  }

  /**
   * Gives batches to workers that have none, and waits until one is done, unless another scan could
   * give work to an idle one.
   *
   * @param rest whether one that is not full is computed, too: no scan will follow
   * @return whether one was done
   * @throws DetectionCancelled if this thread is interrupted; no scan that was not done will be
   */
  boolean compute(boolean rest) {
    int before = over;
    requireNotInterrupted();
    for (Runnable next = said.poll(); next != null; next = said.poll()) {
      next.run();
    }
    while (running < workers.count() && ready(rest) && (over == before || !workers.isCaller())) {
      List<Part> batch = take();
      running++;
      workers.run(() -> compute(batch));
    }
    boolean idle = running < workers.count() && !rest;
    while (over == before && running > 0 && !idle) {
      requireNotInterrupted();
      nextOrInterrupt().run();
    }
    requireNotInterrupted();
    unfinished.removeIf(Slices::isDone); // which are large
    return over > before;
  }

  private boolean ready(boolean rest) {
    int left = waiting.stream().mapToInt(Slices::left).sum();
    return left >= (rest ? 1 : size);
  }

  private List<Part> take() {
    List<Part> batch = new ArrayList<>();
    int filled = 0;
    while (filled < size && !waiting.isEmpty()) {
      Slices next = waiting.peek();
      if (next.left() > 0) { // a scan may have no slices, or have failed
        Part part = next.take(size - filled);
        batch.add(part);
        filled += part.size();
      }
      if (next.left() == 0) {
        waiting.remove();
      }
    }
    return batch;
  }

  private void requireNotInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      DetectionCancelled interrupted = DetectionCancelled.interrupted();
      unfinished.forEach(slices -> slices.fail(interrupted));
      throw interrupted;
    }
  }

  /** What a worker says next; nothing where this thread is interrupted first, and still is then. */
  private Runnable nextOrInterrupt() {
    try {
      return said.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return () -> {};
    }
  }

  /** What a worker says next, whether this thread is interrupted or not. */
  private Runnable next() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return said.take();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void say(Runnable what) {
    if (workers.isCaller()) {
      what.run();
    } else {
      said.add(what);
    }
  }

  /** What a worker does. */
  private void compute(List<Part> batch) {
    List<Runnable> settlements = new ArrayList<>();
    compute(batch, settlements);
    say(
        () -> {
          settlements.forEach(Runnable::run);
          running--;
          over++;
        });
  }

  /**
   * Where a batch of several scans fails, each that is still wanted is tried alone: it may be the
   * fault of one.
   */
  private void compute(List<Part> batch, List<Runnable> settlements) {
    try {
      Made made = mapped(batch);
      settlements.add(() -> settle(batch, made));
    } catch (CancellationException e) {
      Throwable ended = closed ? DetectionCancelled.closed() : DetectionCancelled.interrupted();
      settlements.add(() -> batch.forEach(part -> part.fail(ended))); // unless by its progress
    } catch (RuntimeException | Error e) {
      if (batch.size() == 1) {
        settlements.add(() -> batch.get(0).fail(e));
      } else {
        batch.stream().filter(Part::isWanted).forEach(part -> compute(List.of(part), settlements));
      }
    }
  }

  private Made mapped(List<Part> parts) {
    float[][] images = new float[size][];
    byte[][] brains = new byte[size][];
    long[] seeds = new long[size];
    int at = 0;
    for (Part part : parts) {
      part.copy(images, brains, seeds, at);
      at += part.size();
    }
    Arrays.fill(images, at, size, images[0]);
    Arrays.fill(brains, at, size, brains[0]);
    Arrays.fill(seeds, at, size, seeds[0]);
    try (Scope scope = new Scope()) {
      SliceBatch batch =
          new SliceBatch(
              uploaded(images, brains[0].length), uploaded(brains), seeds, at, around(parts));
      SliceMaps made =
          StopSign.heededBy(
              () -> method.maps(batch, share -> progressed(parts, share)), () -> isUnwanted(parts));
      return new Made(
          Tensors.rows(BrainMaps.blur(made.maps(), batch.brains(), smoothing)),
          made.healthy() == null ? null : Tensors.rows(made.healthy()),
          made.uncertainty() == null ? null : Tensors.rows(made.uncertainty()));
    } catch (RuntimeException e) {
      throw LibTorchErrors.explain(e);
    }
  }

  /** The slices around those of the parts; null where they come with none. */
  private Around around(List<Part> parts) {
    if (context == 0) {
      return null;
    }
    int all = 2 * context + 1;
    float[][] images = new float[size * all][];
    byte[][] brains = new byte[size * all][];
    int at = 0;
    for (Part part : parts) {
      part.copyAround(images, brains, at);
      at += part.size();
    }
    for (int row = at * all; row < images.length; row++) { // copies of the first, as in the batch
      images[row] = images[row % all];
      brains[row] = brains[row % all];
    }
    return new Around(
        uploaded(images, brains[0].length).unflatten(0, new long[] {size, all}),
        uploaded(brains).unflatten(0, new long[] {size, all}));
  }

  private Tensor uploaded(float[][] images, int pixels) {
    long side = side(pixels);
    return Tensors.of(
            images, 0, images.length, images.length, images[0].length / pixels, side, side)
        .to(device.torch(), ScalarType.Float);
  }

  private Tensor uploaded(byte[][] brains) {
    long side = side(brains[0].length);
    return Tensors.ofBytes(brains, brains.length, side, side).to(device.torch(), ScalarType.Byte);
  }

  private static long side(int pixels) {
    return Math.round(Math.sqrt(pixels));
  }

  private void progressed(List<Part> parts, double share) {
    say(() -> parts.forEach(part -> part.tell(share)));
    StopSign.heed();
  }

  /** Of a batch; for any thread. */
  private boolean isUnwanted(List<Part> parts) {
    return closed
        || parts.stream().noneMatch(Part::isWanted)
        || (workers.isCaller() && Thread.currentThread().isInterrupted());
  }

  private static void settle(List<Part> parts, Made made) {
    int at = 0;
    for (Part part : parts) {
      part.settle(made, at);
      at += part.size();
    }
  }

  /** Ends what is running at its next step, and waits for that. */
  @Override
  public void close() {
    closed = true;
    waiting.clear();
    while (running > 0) {
      next().run();
    }
    unfinished.forEach(slices -> slices.fail(DetectionCancelled.closed()));
  }
}
