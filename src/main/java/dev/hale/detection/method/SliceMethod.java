package dev.hale.detection.method;

import dev.hale.scan.Preprocessing;
import java.util.function.DoubleConsumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * How one method maps model images; safe for any number of threads. Its networks are its model
 * folder's, which closes them.
 */
public interface SliceMethod {
  /** What a scan goes through to become the method's images. */
  Preprocessing preprocessing();

  /** How many slices on either side of one it looks at, too. */
  default int context() {
    return 0;
  }

  /**
   * The same maps without the healthy images, where these are made beside them and cost time; it
   * may look at fewer slices around.
   */
  default SliceMethod mapsAlone() {
    return this;
  }

  /**
   * Maps a batch.
   *
   * @param progress told the share of the batch that is done, in (0, 1]
   */
  SliceMaps maps(SliceBatch batch, DoubleConsumer progress);

  /**
   * Model images that go through the networks together, on the device of the networks. All of it
   * belongs to who calls.
   *
   * @param images {@code [N, C, S, S]} float32 in [-1, 1]
   * @param brains {@code [N, S, S]} uint8, 0 or 1
   * @param seeds of what is drawn at random for each image, {@code [N]}
   * @param distinct how many there are; the others are copies of the first, with which a batch is
   *     filled up
   * @param around the slices next to them, as many as {@link #context} says, or more; null where
   *     nobody asks for any
   */
  record SliceBatch(Tensor images, Tensor brains, long[] seeds, int distinct, Around around) {
    /** N. */
    public int size() {
      return seeds.length;
    }

    /** One of the images by itself, and what is around it, with the same memory. */
    SliceBatch only(int n) {
      return new SliceBatch(
          images.narrow(0, n, 1),
          brains.narrow(0, n, 1),
          new long[] {seeds[n]},
          1,
          around == null ? null : around.only(n));
    }

    /** The same slices in other images, those around them as they are. */
    SliceBatch changed(Tensor newImages) {
      return new SliceBatch(
          newImages, brains, seeds, distinct, around == null ? null : around.changed(newImages));
    }

    /**
     * The slices as a network takes them that sees so many below and above each, {@code [N, (2
     * context + 1) C, S, S]} from the lowest up; where there is none, the slice itself.
     *
     * @param context at most as many as there are around
     */
    Tensor stacked(int context) {
      return stacked(context, 0);
    }

    /**
     * The brains of the same, {@code [N, 2 context + 1, S, S]} uint8; where there is no slice, that
     * of the slice itself.
     */
    Tensor stackedBrains(int context) {
      return context == 0 ? brains.unsqueeze(1) : around.stackedBrains(context);
    }

    /** Likewise, of the slices that lie so many above these. */
    Tensor stacked(int context, int above) {
      return context == 0 && above == 0 ? images : around.stacked(context, above);
    }
  }

  /**
   * What lies around the slices of a batch, K = 2 context + 1 slices each, from the lowest up.
   *
   * @param images {@code [N, K, C, S, S]} float32 in [-1, 1], the slice itself in the middle
   * @param brains {@code [N, K, S, S]} uint8, 0 or 1; 0 everywhere where there is no such slice
   */
  record Around(Tensor images, Tensor brains) {
    int middle() {
      return (int) images.size(1) / 2;
    }

    private Around only(int n) {
      return new Around(images.narrow(0, n, 1), brains.narrow(0, n, 1));
    }

    private Around changed(Tensor middle) {
      Tensor changed = images.clone();
      changed.select(1, middle()).copy_(middle);
      return new Around(changed, brains);
    }

    private Tensor stacked(int context, int above) {
      return stacked(images, context, middle() + above);
    }

    private Tensor stackedBrains(int context) {
      return stacked(brains.unsqueeze(2), context, middle());
    }

    /** Of slices {@code [N, K, C, S, S]} those from so many below a place to as many above. */
    private Tensor stacked(Tensor slices, int context, int at) {
      Tensor own = slices.select(1, at);
      Tensor[] planes = new Tensor[2 * context + 1];
      for (int k = 0; k < planes.length; k++) {
        int place = at - context + k;
        Tensor there =
            brains.select(1, place).flatten(1, 2).any(1).reshape(-1, 1, 1, 1).to(ScalarType.Bool);
        planes[k] = k == context ? own : torch.where(there, slices.select(1, place), own);
      }
      return torch.cat(new TensorVector(planes), 1);
    }
  }

  /**
   * What came out, on the same device, owned by the enclosing scope.
   *
   * @param maps {@code [N, S, S]} float32, at least 0, and 0 outside the brain
   * @param healthy {@code [N, C, S, S]}; null where the method makes no healthy image
   * @param uncertainty of the healthy image, {@code [N, S, S]}, at least 0; null where the method
   *     makes only one
   */
  record SliceMaps(Tensor maps, Tensor healthy, Tensor uncertainty) {
    /** Without uncertainty. */
    public SliceMaps(Tensor maps, Tensor healthy) {
      this(maps, healthy, null);
    }
  }
}
