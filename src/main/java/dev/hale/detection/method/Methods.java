package dev.hale.detection.method;

import dev.hale.engine.NamedServices;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** The methods that there are, by name: hale's own, then those of other jars on the class path. */
public final class Methods {
  private static final Map<String, DetectionMethod<?>> BY_NAME =
      NamedServices.byName(
          ServiceLoader.load(DetectionMethod.class, DetectionMethod.class.getClassLoader()).stream()
              .<DetectionMethod<?>>map(ServiceLoader.Provider::get),
          DetectionMethod::name,
          "methods");

  private Methods() {}

  /** All names, in order. */
  public static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }

  /**
   * The method of a name.
   *
   * @throws IllegalArgumentException where there is none
   */
  public static DetectionMethod<?> named(String name) {
    DetectionMethod<?> method = BY_NAME.get(name);
    if (method == null) {
      throw new IllegalArgumentException(
          "unknown method %s; there are %s".formatted(name, String.join(", ", names())));
    }
    return method;
  }

  /**
   * The method of a name that can be calibrated.
   *
   * @throws IllegalArgumentException where there is none, or it learns nothing
   */
  public static LearnedMethod<?> learned(String name) {
    if (named(name) instanceof LearnedMethod<?> learned) {
      return learned;
    }
    throw new IllegalArgumentException(name + " has nothing to calibrate; just detect with it");
  }
}
