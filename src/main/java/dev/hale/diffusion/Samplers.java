package dev.hale.diffusion;

import dev.hale.engine.NamedServices;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** The samplers that there are, by name: hale's own, then those of other jars. */
public final class Samplers {
  private static final Map<String, Sampler> BY_NAME =
      NamedServices.byName(
          ServiceLoader.load(Sampler.class, Sampler.class.getClassLoader()).stream()
              .map(ServiceLoader.Provider::get),
          Sampler::name,
          "samplers");

  private Samplers() {}

  /** All names, in order. */
  public static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }

  /**
   * The sampler of a name.
   *
   * @throws IllegalArgumentException where there is none
   */
  public static Sampler named(String name) {
    Sampler sampler = BY_NAME.get(name);
    if (sampler == null) {
      throw new IllegalArgumentException(
          "unknown sampler %s; there are %s".formatted(name, String.join(", ", names())));
    }
    return sampler;
  }
}
