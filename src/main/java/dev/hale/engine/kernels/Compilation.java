package dev.hale.engine.kernels;

import dev.hale.io.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What is compiled, and how.
 *
 * @param program CUDA C++
 * @param headers the files that it includes, by name
 * @param architecture 90 for sm_90
 */
record Compilation(String program, Map<String, String> headers, int architecture) {

  /** hale's kernels, as they are packed with it. */
  static Compilation ofKernels(int architecture) {
    return new Compilation(KernelSources.program(), KernelSources.headers(), architecture);
  }

  /** NVRTC takes no function of the host's; hale.h declares some, which are nobody's there. */
  List<String> options() {
    return List.of(
        "--std=c++17",
        "--device-as-default-execution-space",
        "--gpu-architecture=sm_" + architecture);
  }

  /** SHA-256 of sources and options, the architecture among them, as hexadecimal digits. */
  String key() {
    Sha256 digest = new Sha256();
    add(digest, program);
    headers.forEach(
        (name, content) -> {
          add(digest, name);
          add(digest, content);
        });
    options().forEach(option -> add(digest, option));
    return digest.hex();
  }

  /** A text with its length before it, so that no two lists of texts look the same. */
  private static void add(Sha256 digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.add(bytes.length + ":").add(bytes);
  }
}
