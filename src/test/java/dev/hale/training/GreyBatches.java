package dev.hale.training;

import dev.hale.data.prepared.Batch;
import dev.hale.data.prepared.BatchSource;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Images of one grey each, dark ones healthy and light ones diseased, with a little noise; which
 * ones a step sees follows from the step. Rank r of w sees its part of them.
 */
final class GreyBatches implements BatchSource {
  private static final int SIDE = 8;
  private final int batch;
  private final int rank;
  private final int ranks;
  private long step;

  GreyBatches(int batch, int rank, int ranks, long step) {
    this.batch = batch;
    this.rank = rank;
    this.ranks = ranks;
    this.step = step;
  }

  static Batches of(int batch) {
    return step -> new GreyBatches(batch, 0, 1, step);
  }

  @Override
  public int imageSize() {
    return SIDE;
  }

  @Override
  public int channels() {
    return 1;
  }

  @Override
  public Batch next() {
    SplittableRandom random = new SplittableRandom(step * 7919 + 13);
    float[] images = new float[batch * SIDE * SIDE];
    int[] labels = new int[batch];
    for (int n = 0; n < batch; n++) {
      labels[n] = random.nextInt(2);
      for (int i = 0; i < SIDE * SIDE; i++) {
        double noise = 0.1 * random.nextDouble();
        images[n * SIDE * SIDE + i] = (float) (labels[n] == 1 ? 0.7 - noise : -0.7 + noise);
      }
    }
    int share = batch / ranks;
    return new Batch(
        step++,
        share,
        Arrays.copyOfRange(images, rank * share * SIDE * SIDE, (rank + 1) * share * SIDE * SIDE),
        Arrays.copyOfRange(labels, rank * share, (rank + 1) * share));
  }

  @Override
  public double secondsWaited() {
    return 0;
  }

  @Override
  public void close() {}
}
