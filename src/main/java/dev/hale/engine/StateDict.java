package dev.hale.engine;

import dev.hale.engine.StateDictUnpickler.View;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The dict of a PyTorch checkpoint that holds a network's tensors. Trainings save it beside epochs,
 * the optimiser's state and averages, under names that differ from program to program.
 *
 * @param tensors by name, in order
 * @param origin where it was found
 */
record StateDict(Map<String, View> tensors, Checkpoint.Origin origin) {
  /** Names of the weights that a training goes on with; where several are there, the first one. */
  private static final List<String> USUAL =
      List.of(
          "state_dict",
          "model_state_dict",
          "model",
          "model_state",
          "network_weights",
          "network",
          "net",
          "params",
          "weights");

  private static final int SHOWN = 12;

  /**
   * Finds it.
   *
   * @param root what the pickle holds
   * @param key names a dict of it, with dots where dicts lie within dicts; empty to look for one
   * @throws CheckpointException if there is none, or several of which none has a usual name
   */
  static StateDict find(Object root, Optional<String> key) {
    if (!(root instanceof Map<?, ?> dict)) {
      throw new CheckpointException("it does not hold a dict of tensors");
    }
    Map<String, Map<?, ?>> nested = nested(dict);
    if (key.isPresent()) {
      Object chosen = at(dict, key.get());
      if (chosen instanceof Map<?, ?> found && holdsTensors(found)) {
        return of(found, key.get(), List.of());
      }
      throw new CheckpointException(
          "%s \"%s\"; %s"
              .formatted(
                  chosen == null ? "it holds nothing called" : "it holds no dict of tensors called",
                  UntrustedText.shown(key.get()),
                  content(dict, nested)));
    }
    if (nested.isEmpty() && !holdsTensors(dict)) {
      throw new CheckpointException("it holds no tensors; " + content(dict, nested));
    }
    Optional<String> usual = USUAL.stream().filter(nested::containsKey).findFirst();
    if (nested.isEmpty() || (usual.isEmpty() && isStateDict(dict))) {
      return of(dict, "", List.copyOf(nested.keySet()));
    }
    if (usual.isEmpty() && nested.size() > 1) {
      throw new CheckpointException(
          "it holds several dicts of tensors: choose one by its key; " + content(dict, nested));
    }
    String taken = usual.orElseGet(() -> nested.keySet().iterator().next());
    List<String> others = nested.keySet().stream().filter(name -> !name.equals(taken)).toList();
    return of(nested.get(taken), taken, others);
  }

  /**
   * The dicts of tensors within that one; where there are none, and it holds no tensors itself,
   * those within the dicts in it. Single numbers, such as measures of a validation, are no network.
   */
  private static Map<String, Map<?, ?>> nested(Map<?, ?> root) {
    Map<String, Map<?, ?>> found = new LinkedHashMap<>();
    addNested(root, "", found);
    if (found.isEmpty() && !holdsTensors(root)) {
      root.forEach(
          (name, value) -> {
            if (value instanceof Map<?, ?> dict) {
              addNested(dict, name + ".", found);
            }
          });
    }
    return found;
  }

  private static void addNested(Map<?, ?> dict, String path, Map<String, Map<?, ?>> found) {
    dict.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> inner
              && inner.values().stream().anyMatch(StateDict::isNoSingleNumber)) {
            found.put(path + name, inner);
          }
        });
  }

  private static boolean isNoSingleNumber(Object value) {
    return value instanceof View view && view.shape().length > 0;
  }

  private static boolean holdsTensors(Map<?, ?> dict) {
    return dict.values().stream().anyMatch(View.class::isInstance);
  }

  /** Whether tensors are called as those of a layer, which a stray one beside a dict is not. */
  private static boolean isStateDict(Map<?, ?> dict) {
    return dict.entrySet().stream()
        .anyMatch(entry -> entry.getValue() instanceof View && isDotted((String) entry.getKey()));
  }

  private static boolean isDotted(String name) {
    return name.indexOf('.') >= 0;
  }

  /** What lies there; null where nothing does. Keys may themselves have dots. */
  private static Object at(Map<?, ?> dict, String path) {
    if (dict.containsKey(path)) {
      return dict.get(path);
    }
    for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      if (dict.get(path.substring(0, dot)) instanceof Map<?, ?> inner) {
        Object found = at(inner, path.substring(dot + 1));
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  private static StateDict of(Map<?, ?> dict, String key, List<String> others) {
    Map<String, View> tensors = new LinkedHashMap<>();
    List<String> leftOut = new ArrayList<>();
    dict.forEach(
        (name, value) -> {
          if (value instanceof View view) {
            tensors.put((String) name, view);
          } else if (!others.contains(name)) {
            leftOut.add((String) name);
          }
        });
    return new StateDict(tensors, new Checkpoint.Origin(key, others, leftOut));
  }

  /** What a person could choose from. */
  private static String content(Map<?, ?> dict, Map<String, Map<?, ?>> nested) {
    List<String> names = new ArrayList<>();
    nested.forEach(
        (name, inner) -> {
          long count = inner.values().stream().filter(View.class::isInstance).count();
          names.add(
              "%s (%d %s)"
                  .formatted(UntrustedText.shown(name), count, count == 1 ? "tensor" : "tensors"));
        });
    for (Object name : dict.keySet()) {
      if (!nested.containsKey((String) name)) {
        names.add(UntrustedText.shown((String) name));
      }
    }
    String more = names.size() > SHOWN ? ", …" : "";
    return names.isEmpty()
        ? "it is empty"
        : "it has " + names.stream().limit(SHOWN).collect(Collectors.joining(", ")) + more;
  }
}
