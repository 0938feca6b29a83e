package dev.hale.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;

/**
 * What tensors are called once the prefixes are off that programs put in front of a network's own
 * names.
 *
 * @param renamed name in the file to its new one, in order, for each tensor that is kept
 * @param prefixes what was taken off, in order
 * @param leftOut names in the file of the tensors that are not kept
 */
record TensorNames(Map<String, String> renamed, List<String> prefixes, List<String> leftOut) {
  /** Of torch.compile, which wraps parts of a network, too: it may stand anywhere in a name. */
  private static final String COMPILED = "_orig_mod.";

  /**
   * Of DataParallel, DistributedDataParallel and AveragedModel; of modules around a network, such
   * as Lightning's. No network of hale has all its tensors below one of these.
   */
  private static final List<String> WRAPPERS = List.of("module.", "model.");

  private static final int SHOWN = 5;

  /**
   * Without a prefix that is named, or that wrappers put there: of the latter those that every
   * tensor has. Single numbers beside the wrapped network, such as AveragedModel's {@code
   * n_averaged}, are the wrapper's and are left out.
   *
   * @param prefix the prefix to take off, a dot at its end being understood; the tensors that lack
   *     it are left out. An empty text leaves all names as they are; without one, wrappers'
   *     prefixes come off
   * @throws CheckpointException if no tensor has the prefix, or two would be called the same
   */
  static TensorNames of(Map<String, Tensor> tensors, Optional<String> prefix) {
    if (prefix.isEmpty()) {
      return withoutWrappers(tensors);
    }
    TensorNames names = asTheyAre(tensors);
    if (prefix.get().isEmpty()) {
      return names;
    }
    String dotted = prefix.get().endsWith(".") ? prefix.get() : prefix.get() + ".";
    TensorNames without = names.without(dotted);
    if (without.renamed.isEmpty()) {
      throw new CheckpointException(
          "no tensor's name begins with \"%s\"; there are %s%s"
              .formatted(
                  UntrustedText.shown(dotted),
                  tensors.keySet().stream()
                      .limit(SHOWN)
                      .map(UntrustedText::shown)
                      .collect(Collectors.joining(", ")),
                  tensors.size() > SHOWN ? ", …" : ""));
    }
    return without;
  }

  private static TensorNames asTheyAre(Map<String, Tensor> tensors) {
    Map<String, String> names = new LinkedHashMap<>();
    tensors.keySet().forEach(name -> names.put(name, name));
    return new TensorNames(names, List.of(), List.of());
  }

  private static TensorNames withoutWrappers(Map<String, Tensor> tensors) {
    TensorNames names = asTheyAre(tensors).uncompiled();
    Optional<TensorNames> shorter = names.unwrapped(tensors);
    while (shorter.isPresent()) { // wrappers lie within wrappers, in any order
      names = shorter.get();
      shorter = names.unwrapped(tensors);
    }
    return names;
  }

  private Optional<TensorNames> unwrapped(Map<String, Tensor> tensors) {
    return WRAPPERS.stream()
        .map(this::without)
        .filter(names -> !names.renamed.isEmpty())
        .filter(
            names -> names.leftOut.stream().allMatch(name -> isCounter(name, tensors.get(name))))
        .findFirst();
  }

  private static boolean isCounter(String name, Tensor tensor) {
    return name.indexOf('.') < 0 && tensor.dim() == 0;
  }

  private TensorNames uncompiled() {
    Map<String, String> shorter = new LinkedHashMap<>();
    Map<String, String> taken = new HashMap<>();
    renamed.forEach(
        (name, now) -> {
          String bare = now.replaceAll("(^|\\.)(_orig_mod\\.)+", "$1");
          String other = taken.put(bare, name);
          if (other != null) {
            throw new CheckpointException(
                "without \"%s\", tensors \"%s\" and \"%s\" would be called the same"
                    .formatted(COMPILED, UntrustedText.shown(other), UntrustedText.shown(name)));
          }
          shorter.put(name, bare);
        });
    return shorter.equals(renamed) ? this : new TensorNames(shorter, List.of(COMPILED), leftOut);
  }

  /** Only what has that prefix, without it. */
  private TensorNames without(String prefix) {
    Map<String, String> shorter = new LinkedHashMap<>();
    List<String> others = new ArrayList<>(leftOut);
    renamed.forEach(
        (name, now) -> {
          if (now.startsWith(prefix) && now.length() > prefix.length()) {
            shorter.put(name, now.substring(prefix.length()));
          } else {
            others.add(name);
          }
        });
    List<String> off = new ArrayList<>(prefixes);
    if (!off.contains(prefix)) {
      off.add(prefix);
    }
    return new TensorNames(shorter, off, others);
  }
}
