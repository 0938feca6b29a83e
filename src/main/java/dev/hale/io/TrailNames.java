package dev.hale.io;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Short names for things that lie in folders: the last part of the path and, where several would be
 * called the same, as many of the folders above as tell them apart, {@code subj01_anat} and {@code
 * subj02_anat}.
 */
public final class TrailNames {
  private TrailNames() {}

  /**
   * Names the ends of paths.
   *
   * @return a name for each; of what no folder tells apart, case apart, the names are the same
   */
  public static List<String> of(List<Path> paths) {
    int[] parts = new int[paths.size()];
    Collection<List<Integer>> alike = List.of(IntStream.range(0, parts.length).boxed().toList());
    boolean longer = true;
    while (longer) {
      longer = false;
      for (int i : alike.stream().flatMap(List::stream).toList()) {
        if (parts[i] < paths.get(i).getNameCount()) {
          parts[i]++;
          longer = true;
        }
      }
      alike = alike(paths, parts);
    }
    return IntStream.range(0, parts.length).mapToObj(i -> name(paths.get(i), parts[i])).toList();
  }

  /** Those that are called the same, in groups. */
  private static Collection<List<Integer>> alike(List<Path> paths, int[] parts) {
    Map<String, List<Integer>> groups = new HashMap<>();
    for (int i = 0; i < parts.length; i++) {
      String name = PortableName.of(name(paths.get(i), parts[i])).toLowerCase(Locale.ROOT);
      groups.computeIfAbsent(name, any -> new ArrayList<>()).add(i);
    }
    groups.values().removeIf(group -> group.size() == 1);
    return groups.values();
  }

  private static String name(Path path, int parts) {
    int count = path.getNameCount();
    return IntStream.range(count - parts, count)
        .mapToObj(part -> path.getName(part).toString())
        .collect(Collectors.joining("_"));
  }
}
