package dev.hale.detection;

import dev.hale.engine.Tensors;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;

/**
 * Remembers where deterministic chains led, image by image, so that detectors of the same network
 * follow each chain once: guidance scales, gates and combinations share one encoding. What was used
 * longest ago is forgotten first. Safe for any number of threads.
 */
public final class ChainCache {
  /** Remembers nothing. */
  public static final ChainCache NONE = new ChainCache(0);

  private final long capacity;
  private final Map<String, float[]> images = new LinkedHashMap<>(16, 0.75f, true);
  private long held;

  /**
   * An empty cache.
   *
   * @param capacity bytes of images that it holds at most; 0 for none
   */
  public ChainCache(long capacity) {
    if (capacity < 0) {
      throw new IllegalArgumentException(
          "capacity is %d bytes, expected 0 or more".formatted(capacity));
    }
    this.capacity = capacity;
  }

  /** A cache of a quarter of the heap: scans and maps have room beside it however small that is. */
  public static ChainCache quarterOfHeap() {
    return new ChainCache(Runtime.getRuntime().maxMemory() / 4);
  }

  /**
   * Where a chain leads.
   *
   * @param chain all that the answer depends on besides the image
   * @param x {@code [N, C, S, S]} float32, where the chain begins
   * @param run follows it; not called where the answers for all images are known
   * @return as {@code x}, on its device, owned by the enclosing scope
   */
  Tensor follow(String chain, Tensor x, Supplier<Tensor> run) {
    if (capacity == 0) {
      return run.get();
    }
    List<String> keys = keys(chain, Tensors.rows(x));
    float[][] known = known(keys);
    if (known != null) {
      return Tensors.of(known, 0, known.length, x.size(0), x.size(1), x.size(2), x.size(3))
          .to(x.device(), x.scalar_type())
          .contiguous(x.suggest_memory_format());
    }
    Tensor made = run.get();
    float[][] rows = Tensors.rows(made);
    for (int n = 0; n < rows.length; n++) {
      put(keys.get(n), rows[n]);
    }
    return made;
  }

  /** All of them, or null. */
  private synchronized float[][] known(List<String> keys) {
    List<float[]> found = keys.stream().map(images::get).filter(Objects::nonNull).toList();
    return found.size() < keys.size() ? null : found.toArray(float[][]::new);
  }

  private synchronized void put(String key, float[] image) {
    float[] before = images.put(key, image);
    held += bytes(image) - (before == null ? 0 : bytes(before));
    Iterator<float[]> oldest = images.values().iterator();
    while (held > capacity) {
      held -= bytes(oldest.next());
      oldest.remove();
    }
  }

  private static long bytes(float[] image) {
    return (long) Float.BYTES * image.length;
  }

  private static List<String> keys(String chain, float[][] rows) {
    return Arrays.stream(rows).map(row -> chain + " " + Fingerprint.sha256(row)).toList();
  }
}
