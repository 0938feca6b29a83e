package dev.hale.engine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;

/**
 * Unpickles PyTorch state dicts and nothing else. A pickle is a program; this one runs only the
 * opcodes that a state dict needs, and knows only the few names in {@link #global}. It makes no
 * tensors: it returns what the file says about them, to be checked against the data.
 */
final class StateDictUnpickler extends Unpickler {
  /**
   * A run of numbers in the archive.
   *
   * @param key name of the archive entry under {@code data/}
   * @param count how many numbers it holds
   */
  record Storage(ElementType type, String key, long count) {}

  /**
   * A tensor as a view of a storage, not yet checked against it.
   *
   * @param offset first number, in numbers
   * @param stride steps in numbers, one for each dimension
   */
  record View(Storage storage, long offset, long[] shape, long[] stride) {}

  private record StorageClass(ElementType type) {}

  /** Stands for a value that trainings save beside tensors and that nothing is made of here. */
  private enum Inert {
    VALUE
  }

  /** What makes such values: numbers and arrays of NumPy's, devices, shapes. */
  private static final Set<String> INERT =
      Set.of(
          "_codecs.encode",
          "numpy.dtype",
          "numpy.ndarray",
          "numpy.core.multiarray._reconstruct",
          "numpy.core.multiarray.scalar",
          "numpy._core.multiarray._reconstruct",
          "numpy._core.multiarray.scalar",
          "torch.Size",
          "torch.device");

  private final byte[] pickle;

  private StateDictUnpickler(byte[] pickle) {
    this.pickle = pickle;
  }

  /**
   * Runs a pickle.
   *
   * @return its result: a {@link Map} in order, a {@link View}, or a plain value
   * @throws CheckpointException if it is damaged or asks for anything beyond a state dict
   */
  static Object unpickle(byte[] pickle) {
    var unpickler = new StateDictUnpickler(pickle);
    try {
      return unpickler.load(new ByteArrayInputStream(unpickler.pickle));
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException | PickleException e) {
      throw new CheckpointException(
          "its pickle is damaged: " + UntrustedText.shown(String.valueOf(e.getMessage())), e);
    } catch (RuntimeException e) {
      // The library meets a value of the wrong kind, or none, with whatever Java throws.
      throw new CheckpointException("its pickle is damaged: an opcode lacks its operands", e);
    } finally {
      unpickler.close();
    }
  }

  @Override
  protected Object dispatch(short opcode) throws IOException {
    switch (opcode) {
      case Opcodes.PROTO,
          Opcodes.FRAME,
          Opcodes.STOP,
          Opcodes.MARK,
          Opcodes.NONE,
          Opcodes.NEWTRUE,
          Opcodes.NEWFALSE,
          Opcodes.BININT,
          Opcodes.BININT1,
          Opcodes.BININT2,
          Opcodes.LONG1,
          Opcodes.BINFLOAT,
          Opcodes.SHORT_BINUNICODE,
          Opcodes.EMPTY_TUPLE,
          Opcodes.TUPLE,
          Opcodes.TUPLE1,
          Opcodes.TUPLE2,
          Opcodes.TUPLE3,
          Opcodes.EMPTY_LIST,
          Opcodes.APPEND,
          Opcodes.APPENDS,
          Opcodes.BINPUT,
          Opcodes.LONG_BINPUT,
          Opcodes.MEMOIZE,
          Opcodes.BINGET,
          Opcodes.LONG_BINGET,
          Opcodes.REDUCE,
          Opcodes.BINPERSID -> {
        return super.dispatch(opcode);
      }
      case Opcodes.BINUNICODE -> {
        requireTextFits();
        return super.dispatch(opcode);
      }
      case Opcodes.EMPTY_DICT -> stack.add(new LinkedHashMap<String, Object>());
      case Opcodes.SETITEM -> {
        Object value = stack.pop();
        Object key = stack.pop();
        putAll(Arrays.asList(key, value));
      }
      case Opcodes.SETITEMS -> putAll(stack.pop_all_since_marker());
      case Opcodes.BUILD -> build();
      case Opcodes.GLOBAL, Opcodes.INST -> {
        String module = PickleUtils.readline(input);
        stack.add(global(module, PickleUtils.readline(input)));
      }
      case Opcodes.STACK_GLOBAL -> {
        String name = (String) stack.pop();
        stack.add(global((String) stack.pop(), name));
      }
      default ->
          throw new CheckpointException(
              "its pickle uses opcode 0x%02x, which no state dict needs".formatted(opcode));
    }
    return NO_RETURN_VALUE;
  }

  /** The length is the file's word: without this check it would be allocated first. */
  private void requireTextFits() throws IOException {
    input.mark(Integer.BYTES);
    long length = Integer.toUnsignedLong(PickleUtils.bytes_to_integer(input.readNBytes(4)));
    input.reset();
    if (length > input.available()) {
      throw new CheckpointException("its pickle ends within a text of %d bytes".formatted(length));
    }
  }

  /** What a name of Python's means here; every other name is refused. */
  private static Object global(String module, String name) {
    String qualified = module + "." + name;
    switch (qualified) {
      case "collections.OrderedDict" -> {
        return (IObjectConstructor) StateDictUnpickler::orderedDict;
      }
      case "torch._utils._rebuild_tensor_v2" -> {
        return (IObjectConstructor) StateDictUnpickler::rebuildTensor;
      }
      case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state" -> {
        return (IObjectConstructor) StateDictUnpickler::rebuildParameter;
      }
      default -> {
        if (INERT.contains(qualified)) {
          return (IObjectConstructor) arguments -> Inert.VALUE;
        }
        if (module.equals("torch")) {
          var type = ElementType.ofTorchStorage(name);
          if (type.isPresent()) {
            return new StorageClass(type.get());
          }
        }
        throw new CheckpointException(refusal(module, UntrustedText.shown(qualified)));
      }
    }
  }

  private static String refusal(String module, String qualified) {
    String advice = "save the model's state_dict() alone";
    if (qualified.startsWith("torch._utils._rebuild_sparse")) {
      return "it holds a sparse tensor, which is not read: call to_dense() on it before saving";
    } else if (qualified.equals("torch._utils._rebuild_qtensor")) {
      return "it holds a quantised tensor, which is not read: call dequantize() on it before saving";
    } else if (qualified.startsWith("torch._utils._rebuild_")) {
      advice = "copy its tensors to plain ones on the CPU before saving";
    } else if (module.equals("torch") && qualified.endsWith("Storage")) {
      advice = "convert such numbers, to float() for example, before saving";
    } else if (module.startsWith("__torch__")) {
      advice = "it is a TorchScript archive; load it in PyTorch and " + advice;
    }
    return "it asks for %s, which is not allowed in a state dict: %s".formatted(qualified, advice);
  }

  private static Object orderedDict(Object[] arguments) {
    if (arguments.length != 0) {
      throw new CheckpointException("its pickle fills an OrderedDict in an unknown way");
    }
    return new LinkedHashMap<String, Object>();
  }

  /** {@code (storage, offset, size, stride, requires_grad, hooks[, metadata])}. */
  private static Object rebuildTensor(Object[] arguments) {
    if (arguments.length < 6
        || !(arguments[0] instanceof Storage storage)
        || !(arguments[2] instanceof Object[] size)
        || !(arguments[3] instanceof Object[] stride)) {
      throw new CheckpointException("its pickle rebuilds a tensor in an unknown way");
    }
    return new View(storage, integer(arguments[1]), integers(size), integers(stride));
  }

  /** {@code (tensor, requires_grad, hooks[, state])}. */
  private static Object rebuildParameter(Object[] arguments) {
    if (arguments.length < 1 || !(arguments[0] instanceof View view)) {
      throw new CheckpointException("its pickle rebuilds a parameter in an unknown way");
    }
    return view;
  }

  /** {@code ('storage', class, key, location, count)}; where it once lay does not matter. */
  @Override
  protected Object persistentLoad(Object id) {
    if (!(id instanceof Object[] parts)
        || parts.length != 5
        || !"storage".equals(parts[0])
        || !(parts[1] instanceof StorageClass storageClass)
        || !(parts[2] instanceof String key)) {
      throw new CheckpointException("its pickle refers to something that is not a storage");
    }
    return new Storage(storageClass.type(), key, integer(parts[4]));
  }

  private void putAll(List<Object> keysAndValues) {
    if (!(stack.peek() instanceof LinkedHashMap<?, ?>)) {
      throw new CheckpointException("its pickle sets an item of something that is not a dict");
    }
    @SuppressWarnings("unchecked")
    Map<String, Object> dict = (Map<String, Object>) stack.peek();
    if (keysAndValues.size() % 2 != 0) {
      throw new CheckpointException("its pickle sets a key without a value");
    }
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      Object key = keysAndValues.get(i);
      // A container as a key could contain itself; its hash would never end.
      if (!(key instanceof String || key instanceof Number)) {
        throw new CheckpointException("its pickle has a dict key that is not a text or a number");
      }
      dict.put(key.toString(), keysAndValues.get(i + 1));
    }
  }

  /** PyTorch hangs {@code _metadata} (versions of modules) on the dict; it is not needed. */
  private void build() {
    stack.pop();
    if (!(stack.peek() instanceof LinkedHashMap<?, ?> || stack.peek() == Inert.VALUE)) {
      throw new CheckpointException("its pickle sets the state of something that is not a dict");
    }
  }

  private static long[] integers(Object[] values) {
    long[] numbers = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      numbers[i] = integer(values[i]);
    }
    return numbers;
  }

  private static long integer(Object value) {
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    throw new CheckpointException("its pickle has no whole number where one belongs");
  }
}
