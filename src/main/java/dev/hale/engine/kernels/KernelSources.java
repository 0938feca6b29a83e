package dev.hale.engine.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The CUDA kernels' sources, as they are packed with hale: a program and the files it includes. */
final class KernelSources {
  private static final List<String> KERNELS =
      List.of(
          "attribution.cuh",
          "attribution_map.cuh",
          "denoise_step.cuh",
          "group_norm.cuh",
          "group_norm_backward.cuh",
          "histogram.cuh");
  private static final List<String> INCLUDED =
      List.of(
          "hale_cuda.cuh",
          "group_norm_walk.cuh",
          "group_norm_cut.h",
          "launch.h",
          "hale.h",
          "hale_math.h",
          "attribution_formula.h",
          "denoise_formula.h",
          "group_norm_formula.h",
          "histogram_formula.h");

  private KernelSources() {}

  /** Includes every kernel. */
  static String program() {
    StringBuilder program = new StringBuilder();
    KERNELS.forEach(name -> program.append("#include \"").append(name).append("\"\n"));
    return program.toString();
  }

  /** Every file that the program or one of them includes, by the name by which it does. */
  static Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    KERNELS.forEach(name -> headers.put(name, read(name)));
    INCLUDED.forEach(name -> headers.put(name, read(name)));
    return headers;
  }

  private static String read(String name) {
    try (InputStream in = KernelSources.class.getResourceAsStream("cuda/" + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
