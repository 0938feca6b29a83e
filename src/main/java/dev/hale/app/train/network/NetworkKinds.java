package dev.hale.app.train.network;

import dev.hale.engine.NamedServices;
import dev.hale.scan.DataException;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** The networks that can be trained, by name: hale's own, then those of other jars. */
public final class NetworkKinds {
  private static final Map<String, NetworkKind> BY_TITLE =
      NamedServices.byName(
          ServiceLoader.load(NetworkKind.class, NetworkKind.class.getClassLoader()).stream()
              .map(ServiceLoader.Provider::get),
          NetworkKind::title,
          "networks");

  private NetworkKinds() {}

  /** All of them, in order. */
  public static List<NetworkKind> all() {
    return List.copyOf(BY_TITLE.values());
  }

  /**
   * The one of a title.
   *
   * @throws DataException where there is none
   */
  public static NetworkKind named(String title) {
    NetworkKind kind = BY_TITLE.get(title);
    if (kind == null) {
      throw new DataException(
          "nothing says how to train a network %s; there are %s"
              .formatted(title, String.join(", ", BY_TITLE.keySet())));
    }
    return kind;
  }
}
