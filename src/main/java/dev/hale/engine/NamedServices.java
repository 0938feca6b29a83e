package dev.hale.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** What {@link java.util.ServiceLoader} finds, by name: no two may have the same. */
public final class NamedServices {
  private NamedServices() {}

  /**
   * By name, in order.
   *
   * @param what they are called, in the plural
   * @throws IllegalStateException where two have one name
   */
  public static <S> Map<String, S> byName(Stream<S> found, Function<S, String> name, String what) {
    Map<String, S> services = new LinkedHashMap<>();
    found.forEach(
        service -> {
          S other = services.putIfAbsent(name.apply(service), service);
          if (other != null) {
            throw new IllegalStateException(
                "two %s are called %s: %s and %s"
                    .formatted(
                        what,
                        name.apply(service),
                        other.getClass().getName(),
                        service.getClass().getName()));
          }
        });
    return Collections.unmodifiableMap(services);
  }
}
