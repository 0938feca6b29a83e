package dev.hale.engine;

import dev.hale.io.FileFailure;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Logger;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;

/**
 * Loads native libraries in the order in which they need each other, each from its own file: the
 * linker is never left to search, for where another LibTorch is installed it would find that one.
 */
public final class NativeLibraries {
  private static final String CPU_BUILD = "org/bytedeco/pytorch/%s/torch_cpu";
  private static final String GPU_BUILD = "org/bytedeco/pytorch/%s-gpu/torch_cpu";

  /** Where all that hale loads lies: one library of each folder. */
  private static final List<String> FOLDERS =
      List.of(
          "org/bytedeco/javacpp/%s/jnijavacpp",
          "org/bytedeco/openblas/%s/jniopenblas",
          CPU_BUILD,
          GPU_BUILD,
          "dev/hale/engine/kernels/%s/jniNativeKernels");

  /** The property that names JavaCPP's cache folder. */
  private static final String CACHE = "org.bytedeco.javacpp.cachedir";

  private NativeLibraries() {}

  /**
   * Loads LibTorch, after all of hale's libraries have been unpacked or found whole.
   *
   * @throws DeviceException if they cannot be unpacked
   * @throws LinkageError if one cannot be loaded
   */
  static synchronized void loadLibTorch() {
    unpack();
    if (library(CPU_BUILD) != null && !isGpuBuild()) {
      loadParts();
    }
    Loader.load(torch.class);
  }

  /**
   * Loads what a binding needs beside LibTorch ({@link Engine#load}); calling it again costs
   * little.
   *
   * @param binding a class with JavaCPP's annotations
   * @throws LinkageError where a library cannot be loaded
   */
  public static synchronized void load(Class<?> binding) {
    Loader.load(binding);
  }

  /** Whether the LibTorch on the class path is that of {@code -Pcuda}. */
  static boolean isGpuBuild() {
    return library(GPU_BUILD) != null;
  }

  /** Makes all libraries whole that hale loads. */
  static void unpack() {
    List<URL> samples = new ArrayList<>();
    for (String folder : FOLDERS) {
      URL sample = library(folder);
      if (sample != null) {
        samples.add(sample);
      }
    }
    try {
      Path cache = Loader.getCacheDir().toPath();
      warnOfAnotherThan(cache);
      UnpackedLibraries.complete(cache, samples);
    } catch (IOException e) {
      throw new DeviceException("native libraries cannot be found: " + FileFailure.reason(e), e);
    }
  }

  /**
   * JavaCPP passes over a folder that it cannot write to, were all libraries in it, without a word.
   */
  private static void warnOfAnotherThan(Path cache) {
    String wanted = System.getProperty(CACHE);
    if (wanted != null && !Path.of(wanted).toAbsolutePath().equals(cache.toAbsolutePath())) {
      Logger.getLogger(NativeLibraries.class.getName())
          .warning(
              "%s is %s, which is no folder that can be written to; native libraries go to %s"
                  .formatted(CACHE, wanted, cache));
    }
  }

  /**
   * JavaCPP loads libtorch before libtorch_cpu, which it needs, and asks the system for the parts
   * of a GPU build that are not there: where another LibTorch is on the linker's path, either would
   * be taken from that. So libtorch_cpu comes first here, and the absent parts count as loaded.
   */
  private static void loadParts() {
    Loader.load(openblas.class);
    String folder = "org/bytedeco/pytorch/%s/";
    if (Loader.getPlatform().startsWith("linux")) {
      loadPart("gomp@.1", resource(folder + "libgomp.so.1"));
    }
    URL c10 = library(folder + "c10");
    loadPart("c10", c10);
    loadPart("torch_cpu", library(CPU_BUILD));
    loadPart("c10_cuda", c10);
    loadPart("torch_cuda", c10);
  }

  private static void loadPart(String name, URL file) {
    Loader.loadLibrary(torch.class, new URL[] {file}, name);
  }

  /** For a path that ends in a library's bare name: where that library is, null if nowhere. */
  private static URL library(String path) {
    int name = path.lastIndexOf('/') + 1;
    return resource(path.substring(0, name) + System.mapLibraryName(path.substring(name)));
  }

  /** In whatever jar or module: a class finds what is in its own module only. */
  private static URL resource(String path) {
    return NativeLibraries.class.getClassLoader().getResource(path.formatted(Loader.getPlatform()));
  }
}
