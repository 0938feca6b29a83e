package dev.hale.data.prepared;

import dev.hale.data.prepared.Draws.Purpose;
import dev.hale.scan.DataException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reads and varies the images of coming steps in threads of its own while a training computes.
 * Batches come in the order of the steps and are the same whatever the number of threads. Lesion
 * masks are never touched. S is the image size, C the number of channels.
 */
public final class BatchLoader implements BatchSource {
  private final PreparedSet set;
  private final Sampling sampling;
  private final Augmentation augmentation;
  private final SampleOrder order;
  private final int context;
  private final int imageLength;
  private final ExecutorService threads;
  private final Queue<Pending> ahead = new ArrayDeque<>();
  private long nextStep;
  private long nanosWaited;

  /** A batch being made. */
  private record Pending(Batch batch, List<Future<?>> images) {}

  /** Starts reading slices, each by itself. */
  public BatchLoader(
      PreparedSet set, Split split, Sampling sampling, Augmentation augmentation, long firstStep) {
    this(set, split, sampling, augmentation, firstStep, 0);
  }

  /**
   * Starts reading.
   *
   * @param set outlives the loader
   * @param split whose images are read, those of no other
   * @param sampling which of them make a step's batch
   * @param augmentation how they are varied
   * @param firstStep whose batch comes first; 0, or the step at which a training resumes
   * @param context how many slices below and above each come with it, varied alike, as {@link
   *     PreparedSet#stack} has them
   * @throws DataException where the split has no such images, or the augmentation does not fit the
   *     set's axis
   */
  public BatchLoader(
      PreparedSet set,
      Split split,
      Sampling sampling,
      Augmentation augmentation,
      long firstStep,
      int context) {
    if (firstStep < 0) {
      throw new DataException("first step is %d, expected 0 or more".formatted(firstStep));
    }
    augmentation.requireFits(set.preprocessing());
    this.set = set;
    this.sampling = sampling;
    this.augmentation = augmentation;
    order = new SampleOrder(set.slices(), split, sampling);
    this.context = context;
    imageLength = set.channels(context) * set.imageSize() * set.imageSize();
    if ((long) sampling.share() * imageLength > Integer.MAX_VALUE - 16) {
      throw new DataException(
          "a batch of %d images of %d values is too large"
              .formatted(sampling.share(), imageLength));
    }
    nextStep = firstStep;
    threads = Executors.newFixedThreadPool(sampling.threads(), named());
    for (int n = 0; n < sampling.prefetch(); n++) {
      begin();
    }
  }

  private static ThreadFactory named() {
    AtomicInteger number = new AtomicInteger();
    return work -> {
      Thread thread = new Thread(work, "hale-data-" + number.getAndIncrement());
      thread.setDaemon(true);
      return thread;
    };
  }

  @Override
  public int imageSize() {
    return set.imageSize();
  }

  @Override
  public int channels() {
    return set.channels(context);
  }

  @Override
  public Batch next() {
    if (threads.isShutdown()) {
      throw new IllegalStateException("the batch loader is closed");
    }
    Pending pending = ahead.element(); // stays where making it failed: the next call fails, too
    long before = System.nanoTime();
    try {
      for (Future<?> image : pending.images()) {
        image.get();
      }
    } catch (ExecutionException e) {
      throw failure(pending.batch().step(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DataException(
          "interrupted while waiting for the batch of step " + pending.batch().step(), e);
    } finally {
      nanosWaited += System.nanoTime() - before;
    }
    ahead.remove();
    begin();
    return pending.batch();
  }

  private static RuntimeException failure(long step, Throwable cause) {
    String message = "the batch of step %d cannot be read: %s".formatted(step, reason(cause));
    return new DataException(message, cause);
  }

  private static String reason(Throwable cause) {
    return cause instanceof DataException ? cause.getMessage() : cause.toString();
  }

  private void begin() {
    long step = nextStep++;
    int[] rows = order.at(step);
    int[] labels = new int[rows.length];
    float[] images = new float[rows.length * imageLength];
    List<Future<?>> futures = new ArrayList<>(rows.length);
    for (int n = 0; n < rows.length; n++) {
      int index = n;
      labels[n] = set.slices().get(rows[n]).label();
      futures.add(threads.submit(() -> load(step, rows[index], images, index)));
    }
    ahead.add(new Pending(new Batch(step, rows.length, images, labels), futures));
  }

  private void load(long step, int row, float[] images, int index) {
    int[] rows = set.around(row, context);
    float[][] planes = set.planes(row, context);
    Augmenter augmenter = new Augmenter(augmentation, set.preprocessing(), set.targets());
    for (int k = 0; k < rows.length; k++) {
      augmenter.apply(
          planes[k],
          0,
          set.brain(rows[k]),
          null,
          Draws.of(sampling.seed(), Purpose.AUGMENTATION, step, sampling.first() + index),
          k - context);
    }
    set.stack(planes, images, index * imageLength);
  }

  @Override
  public double secondsWaited() {
    return nanosWaited / 1e9;
  }

  /** Stops the threads; what they had made ahead is lost. The set stays open. */
  @Override
  public void close() {
    threads.shutdownNow();
    ahead.clear();
    try {
      if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
        throw new DataException("a thread that reads data does not stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
