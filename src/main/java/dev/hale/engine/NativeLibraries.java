package dev.hale.engine;

import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/** Loads native libraries, none before all that hale loads are whole on disk. */
public final class NativeLibraries {
  /** Where all that hale loads lies: one library of each folder. */
  private static final List<String> FOLDERS =
      List.of(
          "/org/bytedeco/javacpp/%s/jnijavacpp",
          "/org/bytedeco/openblas/%s/jniopenblas",
          "/org/bytedeco/pytorch/%s/torch_cpu",
          "/org/bytedeco/pytorch/%s-gpu/torch_cpu",
          "/dev/hale/engine/kernels/%s/jniNativeKernels");

  private NativeLibraries() {}

  /**
   * Loads LibTorch, after all of hale's libraries have been unpacked or found whole.
   *
   * @throws DeviceException if they cannot be unpacked
   * @throws LinkageError if one cannot be loaded
   */
  static synchronized void loadLibTorch() {
    unpack();
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
      UnpackedLibraries.complete(Loader.getCacheDir().toPath(), samples);
    } catch (IOException e) {
      throw new DeviceException(e.getMessage(), e);
    }
  }

  /** For a path that ends in a library's bare name: where that library is, null if nowhere. */
  private static URL library(String path) {
    int name = path.lastIndexOf('/') + 1;
    return resource(path.substring(0, name) + System.mapLibraryName(path.substring(name)));
  }

  private static URL resource(String path) {
    return NativeLibraries.class.getResource(path.formatted(Loader.getPlatform()));
  }
}
