package dev.hale.app.train.network;

import dev.hale.scan.DataException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** The networks that can be trained, by name: hale's own, then those of other jars. */
public final class NetworkKinds {
  private static final Map<String, NetworkKind> BY_TITLE = load();

  private NetworkKinds() {}

  private static Map<String, NetworkKind> load() {
    Map<String, NetworkKind> kinds = new LinkedHashMap<>();
    for (NetworkKind kind :
        ServiceLoader.load(NetworkKind.class, NetworkKind.class.getClassLoader())) {
      NetworkKind other = kinds.putIfAbsent(kind.title(), kind);
      if (other != null) {
        throw new IllegalStateException(
            "two networks are called %s: %s and %s"
                .formatted(kind.title(), other.getClass().getName(), kind.getClass().getName()));
      }
    }
    return kinds;
  }

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
