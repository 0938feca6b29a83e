package dev.hale.engine.kernels;

import dev.hale.engine.DeviceException;
import dev.hale.engine.KernelBuildFailed;
import dev.hale.io.FileFailure;
import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.PointerScope;

/** NVIDIA's compiler of CUDA C++, a library that is looked for when something is to be compiled. */
final class Nvrtc {
  private static final String PROPERTY = "hale.nvrtc";
  private static final String LIBRARY = "libnvrtc.so.13";
  private static final String BUILTINS = "libnvrtc-builtins.so.13.1";
  private static final List<String> OF_THE_SYSTEM =
      List.of(LIBRARY, "libnvrtc.so.12", "/usr/local/cuda/lib64/libnvrtc.so");

  private final NativeCuda.hale_nvrtc nvrtc;

  private Nvrtc(NativeCuda.hale_nvrtc nvrtc) {
    this.nvrtc = nvrtc;
  }

  /**
   * The library that the system property {@code hale.nvrtc} names; else that of
   * org.bytedeco:cuda-redist on the class path; else one of the system's.
   *
   * @throws DeviceException if there is none
   */
  static Nvrtc find() {
    String named = System.getProperty(PROPERTY);
    if (named != null) {
      return open(named);
    }
    URL library = resource(LIBRARY);
    URL builtins = resource(BUILTINS);
    if (library != null && builtins != null) {
      return open(extracted(library), extracted(builtins));
    }
    List<String> failures = new ArrayList<>();
    for (String candidate : OF_THE_SYSTEM) {
      NativeCuda.hale_nvrtc opened = NativeCuda.hale_open_nvrtc(candidate, null);
      if (opened != null) {
        return new Nvrtc(opened);
      }
      failures.add(NativeCuda.hale_open_failure().getString());
    }
    throw new DeviceException(
        ("NVRTC, which compiles hale's CUDA kernels, is not on the class path (build with -Pcuda)"
                + " nor on this machine: %s")
            .formatted(String.join("; ", failures)));
  }

  static Nvrtc open(String library) {
    return open(library, null);
  }

  private static Nvrtc open(String library, String builtins) {
    NativeCuda.hale_nvrtc opened = NativeCuda.hale_open_nvrtc(library, builtins);
    if (opened == null) {
      throw new DeviceException(
          "NVRTC cannot be loaded: " + NativeCuda.hale_open_failure().getString());
    }
    return new Nvrtc(opened);
  }

  private static URL resource(String name) {
    return Nvrtc.class
        .getClassLoader()
        .getResource("org/bytedeco/cuda/%s/%s".formatted(Loader.getPlatform(), name));
  }

  private static String extracted(URL resource) {
    try {
      return Loader.cacheResource(resource).getPath();
    } catch (IOException e) {
      throw new DeviceException("NVRTC cannot be unpacked: " + FileFailure.reason(e), e);
    }
  }

  String version() {
    int[] major = new int[1];
    int[] minor = new int[1];
    NativeCuda.hale_nvrtc_version(nvrtc, major, minor);
    return major[0] + "." + minor[0];
  }

  /**
   * Code for the architecture.
   *
   * @throws KernelBuildFailed with the compiler's log, if it does not compile
   */
  byte[] compile(Compilation compilation) {
    Map<String, String> headers = compilation.headers();
    List<String> options = compilation.options();
    try (var scope = new PointerScope()) {
      var made = new PointerPointer<NativeCuda.hale_program>(1);
      int result =
          NativeCuda.hale_compile(
              nvrtc,
              new BytePointer(compilation.program()),
              headers.size(),
              texts(headers.keySet().toArray(String[]::new)),
              texts(headers.values().toArray(String[]::new)),
              options.size(),
              texts(options.toArray(String[]::new)),
              made);
      var program = made.get(NativeCuda.hale_program.class, 0);
      try {
        if (result != 0) {
          throw new KernelBuildFailed(
              "NVRTC %s does not compile hale's kernels for sm_%d: %s%n%s"
                  .formatted(
                      version(),
                      compilation.architecture(),
                      NativeCuda.hale_nvrtc_error(nvrtc, result).getString(),
                      NativeCuda.hale_program_log(program).getString()));
        }
        var code = new byte[Math.toIntExact(NativeCuda.hale_program_size(program))];
        new BytePointer(NativeCuda.hale_program_code(program)).capacity(code.length).get(code);
        return code;
      } finally {
        NativeCuda.hale_free_program(program);
      }
    }
  }

  /** Owned by the scope, as the texts are. */
  private static PointerPointer<BytePointer> texts(String... texts) {
    return new PointerPointer<>(texts);
  }
}
