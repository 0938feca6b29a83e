package dev.hale.detection.method;

import dev.hale.engine.Tensors;
import dev.hale.io.Sha256;
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
  private final Map<String, End> ends = new LinkedHashMap<>(16, 0.75f, true);
  private long held;
  private double savedSeconds;

  /**
   * Where a chain led.
   *
   * @param image {@code [C, S, S]}
   * @param seconds that it took, its share of those of its batch
   */
  private record End(float[] image, double seconds) {
    long bytes() {
      return (long) Float.BYTES * image.length;
    }
  }

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

  /** How long the chains took, all in all, that did not have to be followed again. */
  public synchronized double savedSeconds() {
    return savedSeconds;
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
    long start = System.nanoTime();
    Tensor made = run.get();
    float[][] rows = Tensors.rows(made);
    double seconds = (System.nanoTime() - start) / 1e9 / rows.length;
    for (int n = 0; n < rows.length; n++) {
      put(keys.get(n), new End(rows[n], seconds));
    }
    return made;
  }

  /** All of them, or null. */
  private synchronized float[][] known(List<String> keys) {
    List<End> found = keys.stream().map(ends::get).filter(Objects::nonNull).toList();
    if (found.size() < keys.size()) {
      return null;
    }
    savedSeconds += found.stream().mapToDouble(End::seconds).sum();
    return found.stream().map(End::image).toArray(float[][]::new);
  }

  private synchronized void put(String key, End end) {
    End before = ends.put(key, end);
    held += end.bytes() - (before == null ? 0 : before.bytes());
    Iterator<End> oldest = ends.values().iterator();
    while (held > capacity) {
      held -= oldest.next().bytes();
      oldest.remove();
    }
  }

  private static List<String> keys(String chain, float[][] rows) {
    return Arrays.stream(rows).map(row -> chain + " " + new Sha256().add(row).hex()).toList();
  }
}
