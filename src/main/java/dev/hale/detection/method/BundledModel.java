package dev.hale.detection.method;

import dev.hale.detection.DetectorConfig;
import dev.hale.engine.CheckpointException;
import dev.hale.io.FileFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A model folder that travels in a jar, {@code META-INF/hale/models/NAME/}, as a folder on disk for
 * as long as it is needed.
 *
 * @param folder a temporary folder
 */
public record BundledModel(Path folder) implements AutoCloseable {
  /** The model that {@code hale demo} shows, of {@code dev.hale:hale-models}. */
  public static final String DEMO = "demo";

  private static final String OWN = "detector.json";

  /**
   * Writes a model's files into a fresh temporary folder: what its method and further methods say,
   * and their networks.
   *
   * @param name of the model; its jar is found by hale's class loader or by that of this thread's
   *     context
   * @throws CheckpointException where there is no such model, or it cannot be unpacked
   */
  public static BundledModel extract(String name) {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw new CheckpointException("a bundled model has a plain name, not \"" + name + "\"");
    }
    String place = "META-INF/hale/models/" + name + "/";
    try {
      BundledModel model = new BundledModel(Files.createTempDirectory("hale-" + name));
      try {
        model.copy(place, name);
        return model;
      } catch (IOException | RuntimeException e) {
        model.close();
        throw e;
      }
    } catch (IOException e) {
      throw new CheckpointException(
          "the bundled model %s cannot be unpacked: %s".formatted(name, FileFailure.reason(e)), e);
    }
  }

  private void copy(String place, String name) throws IOException {
    if (!copy(place + OWN)) {
      throw new CheckpointException(
          "there is no bundled model %s on the class path, no %s; dev.hale:hale-models brings %s"
              .formatted(name, place + OWN, DEMO));
    }
    List<DetectorConfig> configs = new ArrayList<>(List.of(DetectorConfig.read(folder)));
    for (String method : Methods.names()) {
      if (copy(place + "detector-" + method + ".json")) {
        configs.add(DetectorConfig.read(folder, Methods.named(method)));
      }
    }
    for (DetectorConfig config : configs) {
      for (String network : networks(config)) {
        copy(place + network + ".safetensors"); // which one is missing is said by who opens it
      }
    }
  }

  private static List<String> networks(DetectorConfig config) {
    return config.method() instanceof LearnedMethod<?> learned
        ? networks(learned, config.settings())
        : List.of();
  }

  private static <S extends MethodSettings> List<String> networks(
      LearnedMethod<S> method, MethodSettings settings) {
    return method.networks(method.settings().cast(settings));
  }

  /** Whether there is such a file. */
  private boolean copy(String resource) throws IOException {
    try (InputStream in = open(resource)) {
      if (in == null) {
        return false;
      }
      Path file = folder.resolve(resource.substring(resource.lastIndexOf('/') + 1));
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      return true;
    }
  }

  private static InputStream open(String resource) {
    InputStream own = BundledModel.class.getClassLoader().getResourceAsStream(resource);
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return own != null || context == null ? own : context.getResourceAsStream(resource);
  }

  @Override
  public void close() throws IOException {
    List<Path> files;
    try (Stream<Path> entries = Files.list(folder)) {
      files = entries.toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
    Files.delete(folder);
  }
}
