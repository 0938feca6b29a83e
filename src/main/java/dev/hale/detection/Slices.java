package dev.hale.detection;

/**
 * The slices of one scan, of which some are taken into batches, and of these some done. For one
 * thread, but for {@link Part#isWanted} and {@link Part#copy}.
 */
final class Slices {
  private final SliceImages slices;
  private final int count;
  private final long seed;
  private final DetectionProgress progress;
  private final float[][] maps;
  private float[][] healthy;
  private float[][] uncertainty;
  private int taken;
  private int done;
  private double progressed; // slices' worth: those that are done and a share of those that run
  private volatile Throwable failure; // volatile: workers ask whether the scan is still wanted

  /**
   * Slices of a scan.
   *
   * @param seed slice n draws from {@code seed + n}
   */
  Slices(SliceImages slices, long seed, DetectionProgress progress) {
    this.slices = slices;
    this.count = slices.count();
    this.seed = seed;
    this.progress = progress;
    this.maps = new float[count][];
  }

  /**
   * What came of slices, in the host's memory.
   *
   * @param maps {@code [n][j * S + i]}, smoothed, at least 0, and 0 outside the brain
   * @param healthy {@code [n][(c * S + j) * S + i]}; null where the method makes none
   * @param uncertainty {@code [n][j * S + i]}; null where the method has none
   */
  record Made(float[][] maps, float[][] healthy, float[][] uncertainty) {}

  boolean isDone() {
    return failure != null || done == count;
  }

  /** All that is left of the scan is not computed any more; nothing where it is done. */
  void fail(Throwable with) {
    if (!isDone()) {
      failure = with;
    }
  }

  /** How many wait to be taken. */
  int left() {
    return failure == null ? count - taken : 0;
  }

  /** The next ones, at most that many. */
  Part take(int most) {
    Part part = new Part(taken, Math.min(count, taken + most));
    taken = part.to;
    return part;
  }

  /** The maps of all slices; throws what one failed with. */
  Made made() {
    rethrow(failure);
    if (!isDone()) {
      throw new IllegalStateException("%d of %d slices are done".formatted(done, count));
    }
    return new Made(maps, healthy, uncertainty);
  }

  /** Some of them, in one batch. */
  final class Part {
    private final int from;
    private final int to;
    private double share;

    private Part(int from, int to) {
      this.from = from;
      this.to = to;
    }

    int size() {
      return to - from;
    }

    /** Puts images, brains and seeds there from {@code at} on. */
    void copy(float[][] toImages, byte[][] toBrains, long[] toSeeds, int at) {
      System.arraycopy(slices.images(), from, toImages, at, size());
      System.arraycopy(slices.brains(), from, toBrains, at, size());
      for (int n = from; n < to; n++) {
        toSeeds[at + n - from] = seed + n;
      }
    }

    /**
     * Puts the slices around each there, from that of slice {@code at} on; where there is none, the
     * slice itself without any brain.
     */
    void copyAround(float[][] toImages, byte[][] toBrains, int at) {
      for (int n = from; n < to; n++) {
        int[] neighbours = slices.neighbours()[n];
        for (int d = 0; d < neighbours.length; d++) {
          int there = neighbours[d];
          int row = (at + n - from) * neighbours.length + d;
          boolean none = there == SliceImages.NONE;
          toImages[row] = slices.images()[none ? n : there];
          toBrains[row] = none ? new byte[slices.brains()[n].length] : slices.brains()[there];
        }
      }
    }

    /** That share of the work is done. Who is told of it and throws has cancelled the scan. */
    void tell(double newShare) {
      if (failure == null) {
        progressed += size() * (newShare - share);
        share = newShare;
        try {
          progress.onSlices(progressed, count);
        } catch (RuntimeException | Error e) {
          fail(DetectionCancelled.by(e));
        }
      }
    }

    /** Whether the scan has not failed; for any thread. */
    boolean isWanted() {
      return failure == null;
    }

    void fail(Throwable with) {
      Slices.this.fail(with);
    }

    /** What came of these, in the rows of a batch from {@code at} on. */
    void settle(Made made, int at) {
      System.arraycopy(made.maps(), at, maps, from, size());
      healthy = rows(made.healthy(), at, healthy);
      uncertainty = rows(made.uncertainty(), at, uncertainty);
      done += size();
    }

    /** The scan's rows with these of a batch; null where the method makes no such thing. */
    private float[][] rows(float[][] batch, int at, float[][] scan) {
      if (batch == null) {
        return null;
      }
      float[][] all = scan == null ? new float[count][] : scan;
      System.arraycopy(batch, at, all, from, size());
      return all;
    }
  }

  /** Throws what a scan failed with, if it did. */
  static void rethrow(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    } else if (failure != null) {
      throw (RuntimeException) failure;
    }
  }
}
