package dev.hale.scan;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which channels of a scan are looked at.
 *
 * @param names in the model's order
 * @param optional those that a scan may lack, as long as it has one channel at all; the case of
 *     names is ignored in scans
 */
public record WantedChannels(List<String> names, List<String> optional) {
  public WantedChannels {
    names = List.copyOf(names);
    optional = List.copyOf(optional);
    if (!names.containsAll(optional) || new HashSet<>(optional).size() < optional.size()) {
      throw new DataException(
          "optional channels are %s, expected some of %s, each once"
              .formatted(String.join(", ", optional), String.join(", ", names)));
    }
  }

  /** All of which a scan must have. */
  public static WantedChannels all(List<String> names) {
    return new WantedChannels(names, List.of());
  }

  /** Those that are among the channels of a scan, in the model's order. */
  public List<String> in(List<String> channels) {
    Set<String> there =
        channels.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    return names.stream().filter(name -> there.contains(name.toLowerCase(Locale.ROOT))).toList();
  }

  /** Those that a scan with these channels should have and has not; empty where it will do. */
  public List<String> missing(List<String> channels) {
    List<String> there = in(channels);
    return names.stream()
        .filter(name -> !there.contains(name))
        .filter(name -> there.isEmpty() || !optional.contains(name))
        .toList();
  }

  /**
   * The scan with the wanted channels that it has, in the model's order.
   *
   * @throws DataException where it lacks one that is not optional
   */
  public Scan of(Scan scan) {
    List<String> missing = missing(scan.channels());
    return scan.select(missing.isEmpty() ? in(scan.channels()) : missing);
  }

  /** {@code FLAIR, T1, T2 (T1, T2 optional)}. */
  @Override
  public String toString() {
    String all = String.join(", ", names);
    return optional.isEmpty()
        ? all
        : "%s (%s optional)".formatted(all, String.join(", ", optional));
  }
}
