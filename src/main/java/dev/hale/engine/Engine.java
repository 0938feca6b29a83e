package dev.hale.engine;

import java.io.IOException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/**
 * LibTorch as a whole: loads its native libraries once, and holds the settings that belong to the
 * process (threads, random seed).
 */
public final class Engine {
  private Engine() {}

  /**
   * Loads LibTorch. Everything in this package calls it; calling it again costs nothing. What it
   * sets for the process where nobody has: LibTorch's threads, no more than there are processors;
   * one thread of OpenBLAS ({@code OPENBLAS_NUM_THREADS}); no NNPACK; and JavaCPP's {@code
   * org.bytedeco.javacpp.maxPhysicalBytes}, no limit.
   *
   * @throws DeviceException if the native libraries cannot be loaded on this machine
   */
  public static void load() {
    if (!Natives.FAILURE.isEmpty()) {
      throw new DeviceException(
          "LibTorch cannot be loaded on %s: %s".formatted(Loader.getPlatform(), Natives.FAILURE));
    }
  }

  /**
   * Sets how many threads one LibTorch operation may use (on the CPU).
   *
   * @throws DeviceException if {@code threads} is less than 1
   */
  public static void setThreads(int threads) {
    load();
    if (threads < 1) {
      throw new DeviceException("threads must be at least 1, not " + threads);
    }
    torch.set_num_threads(threads);
  }

  /** How many threads one LibTorch operation of the calling thread may use (on the CPU). */
  public static int threads() {
    load();
    return torch.get_num_threads();
  }

  /** Seeds LibTorch's random generators, on the CPU and on every GPU. */
  public static void seed(long seed) {
    load();
    torch.manual_seed(seed);
  }

  /**
   * What computes here, for reports.
   *
   * @throws DeviceException if LibTorch cannot be loaded
   */
  public static EngineInfo info() {
    load();
    try (BytePointer capability = torch.get_cpu_capability()) {
      CudaSupport cuda = CudaSupport.probe();
      return new EngineInfo(
          bindingVersion(),
          Loader.getPlatform(),
          capability.getString(),
          OneDnn.needsWholeBlocks() ? OneDnn.BLOCK : 1,
          torch.get_num_threads(),
          cuda.devices(),
          cuda.whyNot());
    }
  }

  private static String bindingVersion() {
    try {
      String version = Loader.getVersion("org.bytedeco", "pytorch", torch.class);
      return version == null ? "unknown" : version;
    } catch (IOException e) {
      return "unknown";
    }
  }

  /**
   * Matrix products on one thread each, unless the environment says otherwise: OpenBLAS has a pool
   * of its own, whose threads go on spinning after each product and take the processors from
   * LibTorch's. On two cores a detection took 1.5 times as long with it.
   */
  private static void keepToOnePool() {
    if (System.getenv("OPENBLAS_NUM_THREADS") == null) {
      openblas_nolapack.blas_set_num_threads(1);
    }
  }

  /**
   * LibTorch counts all processors of a machine, Java those that a container may use. Fewer have
   * been asked for by the program or by {@code OMP_NUM_THREADS}.
   */
  private static void takeNoMoreThreadsThanProcessors() {
    int processors = Runtime.getRuntime().availableProcessors();
    if (torch.get_num_threads() > processors) {
      torch.set_num_threads(processors);
    }
  }

  /**
   * What the linker says, and what it means: the libraries of two LibTorchs have the same names,
   * and those that were loaded first are taken for those of the other.
   */
  static String loadingFailure(String message) {
    return message.contains("undefined symbol")
        ? message
            + "; another LibTorch is in this process already, such as that of DJL's PyTorch engine;"
            + " a process can have one: run hale in one of its own"
        : message;
  }

  /** The first line of what the innermost cause says. */
  static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null || message.isBlank()
        ? root.getClass().getSimpleName()
        : message.lines().findFirst().orElseThrow().strip();
  }

  /** Its initialisation is the loading: once, and safe between threads. */
  private static final class Natives {
    static final String FAILURE = tryLoading();

    private static String tryLoading() {
      // JavaCPP would refuse allocations once the process is larger than three Java heaps, but a
      // network's memory is LibTorch's and has nothing to do with the heap.
      if (System.getProperty("org.bytedeco.javacpp.maxbytes") == null
          && System.getProperty("org.bytedeco.javacpp.maxphysicalbytes") == null
          && System.getProperty("org.bytedeco.javacpp.maxPhysicalBytes") == null) {
        System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
      }
      try {
        NativeLibraries.loadLibTorch();
        // Never better than oneDNN, and where it does not know the processor it says so on every
        // convolution.
        torch.globalContext().setUserEnabledNNPACK(false);
        keepToOnePool();
        takeNoMoreThreadsThanProcessors();
        return "";
      } catch (LinkageError | RuntimeException e) {
        return loadingFailure(rootMessage(e));
      }
    }
  }
}
