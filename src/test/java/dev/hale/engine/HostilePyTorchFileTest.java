package dev.hale.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.TorchFile.Pickle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files made to do harm, or damaged: each is refused in one line that says what it is. */
class HostilePyTorchFileTest {
  private static final long[] ONE = {1};

  @TempDir Path folder;

  private void assertRefused(String expected, byte[] file) throws IOException {
    Path path = Files.write(folder.resolve("model.pt"), file);
    var thrown = assertThrows(CheckpointException.class, () -> Checkpoint.read(path).close());
    assertTrue(thrown.getMessage().contains(expected), thrown.getMessage());
    assertFalse(thrown.getMessage().contains("\n"), thrown.getMessage());
  }

  private void assertRefused(String expected, TorchFile file) throws IOException {
    assertRefused(expected, file.bytes());
  }

  private void assertPickleRefused(String expected, Pickle pickle) throws IOException {
    assertRefused(expected, TorchFile.of(pickle.stop()).floats("0", 1, 2, 3, 4));
  }

  private void assertTensorRefused(
      String expected, long count, long offset, long[] shape, long[] stride) throws IOException {
    assertPickleRefused(
        expected,
        new Pickle().orderedDict().text("a").tensor("0", count, offset, shape, stride).raw("s"));
  }

  /** The last six are built into the unpickling library. */
  @ParameterizedTest
  @CsvSource({
    "os, system",
    "posix, system",
    "builtins, eval",
    "__builtin__, getattr",
    "subprocess, Popen",
    "torch, load",
    "torch.storage, _load_from_bytes",
    "argparse, Namespace",
    "builtins, set",
    "builtins, bytearray",
    "datetime, datetime",
    "decimal, Decimal",
    "array, array",
    "copyreg, _reconstructor"
  })
  void classesOutsideTheWhitelistAreRefusedByName(String module, String name) throws IOException {
    assertPickleRefused(
        module + "." + name, new Pickle().global(module, name).raw("(").text("true").raw("tR"));
  }

  @Test
  void theNameMayNotComeFromTheStackEither() throws IOException {
    assertPickleRefused("os.system", new Pickle().text("os").text("system").op(0x93));
  }

  @Test
  void theNameMayNotComeFromAnInstanceEither() throws IOException {
    assertPickleRefused("os.system", new Pickle().raw("(").text("true").raw("ios\nsystem\n"));
  }

  @Test
  void aWhitelistedNameInAnotherModuleIsRefused() throws IOException {
    assertPickleRefused("evil.OrderedDict", new Pickle().global("evil", "OrderedDict").raw(")R"));
  }

  @Test
  void anEndlessClassNameDoesNotFillTheMessage() throws IOException {
    String name = "x".repeat(100_000);
    Path path =
        Files.write(
            folder.resolve("model.pt"),
            TorchFile.of(new Pickle().global(name, "y\u0007").stop()).bytes());
    var thrown = assertThrows(CheckpointException.class, () -> Checkpoint.read(path).close());
    assertTrue(thrown.getMessage().length() < 1000, thrown.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {'o', 0x81, 0x92, 0x82, 0x83, 0x84, 'P', 'I', 'L', 'S', 'V', 'd', 'l', '2'})
  void opcodesThatNoStateDictNeedsAreRefused(int opcode) throws IOException {
    assertPickleRefused("opcode 0x%02x".formatted(opcode), new Pickle().op(opcode).raw("1\n1\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"B", "\u008e", "\u0096", "\u008d", "\u008b"})
  void opcodesThatAllocateWhatTheFileSaysAreRefused(String opcode) throws IOException {
    assertPickleRefused("opcode", new Pickle().raw(opcode).raw("\u00ff\u00ff\u00ff\u007f\0\0\0\0"));
  }

  @Test
  void aTextLongerThanTheFileIsRefusedBeforeItIsAllocated() throws IOException {
    assertPickleRefused("2147483647 bytes", new Pickle().raw("X").int32(Integer.MAX_VALUE));
    assertPickleRefused("4294967295 bytes", new Pickle().raw("X").int32(-1));
  }

  @Test
  void aListWithinItselfIsHarmless() throws IOException {
    assertPickleRefused("does not hold a dict", new Pickle().raw("]q\0").raw("h\0a"));
  }

  @Test
  void aDictWithinItselfIsHarmless() throws IOException {
    assertPickleRefused("holds no tensors", new Pickle().raw("}q\0").text("model").raw("h\0s"));
  }

  @Test
  void aListWithinItselfIsNoKey() throws IOException {
    assertPickleRefused("dict key", new Pickle().raw("}]q\0").raw("h\0aNs"));
  }

  @Test
  void aDeeplyNestedTupleIsHarmless() throws IOException {
    var pickle = new Pickle().raw("N");
    for (int i = 0; i < 1_000_000; i++) {
      pickle.op(0x85);
    }
    assertPickleRefused("does not hold a dict", pickle);
  }

  @Test
  void aHugeMemoIsHarmless() throws IOException {
    var pickle = new Pickle().raw("N");
    for (int i = 0; i < 500_000; i++) {
      pickle.raw("r").int32(i * 4001);
    }
    assertPickleRefused("does not hold a dict", pickle);
  }

  @Test
  void aMemoThatWasNeverFilledIsRefused() throws IOException {
    assertPickleRefused("damaged", new Pickle().raw("h\7"));
  }

  @Test
  void anEmptyStackIsRefused() throws IOException {
    assertPickleRefused("damaged", new Pickle().raw("R"));
    assertPickleRefused("damaged", new Pickle().raw("s"));
    assertPickleRefused("damaged", new Pickle().raw("t"));
  }

  @Test
  void aClassThatIsNoFunctionCannotBeCalled() throws IOException {
    assertPickleRefused("damaged", new Pickle().global("torch", "FloatStorage").raw(")R"));
  }

  @Test
  void theStateOfSomethingElseThanADictIsRefused() throws IOException {
    assertPickleRefused("state of something", new Pickle().raw("]}b"));
  }

  @Test
  void aPersistentIdThatIsNoStorageIsRefused() throws IOException {
    assertPickleRefused("not a storage", new Pickle().text("file:///etc/passwd").raw("Q"));
  }

  @Test
  void whatIsThereInThePlaceOfTensorsIsNamed() throws IOException {
    assertPickleRefused(
        "it holds no tensors; it has a", new Pickle().orderedDict().text("a").integer(1).raw("s"));
  }

  @ParameterizedTest
  @CsvSource({
    "torch._utils, _rebuild_sparse_tensor, call to_dense() on it",
    "torch._utils, _rebuild_sparse_csr_tensor, call to_dense() on it",
    "torch._utils, _rebuild_qtensor, call dequantize() on it",
    "torch._utils, _rebuild_meta_tensor_no_storage, copy its tensors to plain ones",
    "torch, ComplexFloatStorage, 'convert such numbers, to float()'",
    "__torch__.torch.nn.modules.conv, Conv2d, it is a TorchScript archive"
  })
  void tensorsOfOtherKindsAreRefusedWithWhatToDo(String module, String name, String advice)
      throws IOException {
    assertPickleRefused(advice, new Pickle().global(module, name).raw(")R"));
  }

  @Test
  void aViewBeyondItsStorageIsRefused() throws IOException {
    assertTensorRefused("beyond its storage", 4, 1, new long[] {4}, ONE);
    assertTensorRefused("beyond its storage", 4, 0, new long[] {2, 2}, new long[] {3, 1});
    assertTensorRefused("beyond its storage", 4, Long.MAX_VALUE, ONE, ONE);
  }

  @Test
  void aViewBeforeItsStorageIsRefused() throws IOException {
    assertTensorRefused("do not go together", 4, -1, ONE, ONE);
    assertTensorRefused("stride is negative", 4, 3, new long[] {4}, new long[] {-1});
  }

  @Test
  void aViewThatRepeatsItsNumbersIsRefused() throws IOException {
    assertTensorRefused(
        "beyond its storage", 4, 0, new long[] {1 << 20, 1 << 20}, new long[] {0, 0});
  }

  @Test
  void shapesAndStridesThatOverflowAreRefused() throws IOException {
    assertTensorRefused("too large", 4, 0, new long[] {1L << 32, 1L << 32}, new long[] {0, 0});
    assertTensorRefused("too large", 4, 0, new long[] {0, Long.MAX_VALUE}, new long[] {1, 1});
    assertTensorRefused("too large", 4, 1, new long[] {3}, new long[] {Long.MAX_VALUE});
    assertTensorRefused("negative", 4, 0, new long[] {-1}, ONE);
    assertTensorRefused("dimensions", 4, 0, new long[65], new long[65]);
  }

  @Test
  void asManyStridesAsDimensionsAreNeeded() throws IOException {
    assertTensorRefused("do not go together", 4, 0, new long[] {2, 2}, ONE);
  }

  @Test
  void aStorageOfAnotherSizeThanItsEntryIsRefused() throws IOException {
    assertTensorRefused("needs 20 bytes, the entry has 16", 5, 0, ONE, ONE);
    assertTensorRefused("needs 12 bytes, the entry has 16", 3, 0, ONE, ONE);
  }

  @Test
  void aMissingStorageIsNamed() throws IOException {
    assertPickleRefused(
        "data/7 is missing",
        new Pickle().orderedDict().text("a").tensor("7", 1, 0, ONE, ONE).raw("s"));
  }

  @Test
  void compressedEntriesAreRefused() throws IOException {
    byte[] pickle = new Pickle().orderedDict().stop();
    assertRefused(
        "is compressed", TorchFile.of(pickle).with("data/0", new byte[1 << 20]).compressed());
  }

  @Test
  void anEntryThatClaimsMoreThanTheFileHasIsRefused() throws IOException {
    byte[] file = TorchFile.of(new Pickle().orderedDict().stop()).floats("0", 1).bytes();
    int directory = lastIndexOf(file, "archive/data/0") - 46;
    for (int field : new int[] {20, 24}) {
      file[directory + field + 3] = 0x40;
    }
    assertRefused("more bytes than the file has", file);
  }

  @Test
  void aTooLargePickleIsRefused() throws IOException {
    assertRefused("are allowed", TorchFile.of(new byte[(8 << 20) + 1]));
  }

  @Test
  void aFlippedBitInTheDataIsFound() throws IOException {
    byte[] pickle =
        new Pickle().orderedDict().text("a").tensor("0", 1, 0, ONE, ONE).raw("s").stop();
    byte[] file = TorchFile.of(pickle).with("data/0", TorchFile.ascii("BITS")).bytes();
    file[indexOf(file, "BITS")] ^= 1;
    assertRefused("checksum is wrong", file);
  }

  @Test
  void bigEndianFilesAreRefused() throws IOException {
    byte[] pickle = new Pickle().orderedDict().stop();
    assertRefused("big-endian", TorchFile.of(pickle).with("byteorder", TorchFile.ascii("big")));
  }

  @Test
  void twoPicklesAreRefused() throws IOException {
    byte[] pickle = new Pickle().orderedDict().stop();
    assertRefused("more than one data.pkl", TorchFile.of(pickle).with("x/data.pkl", pickle));
  }

  @Test
  void anotherZipIsRefused() throws IOException {
    assertRefused("no data.pkl", TorchFile.of(new byte[1]).without("data.pkl"));
  }

  @Test
  void aLegacyFileIsRefusedWithAdvice() throws IOException {
    assertRefused("save its state_dict() anew", new Pickle().orderedDict().stop());
    assertRefused("save its state_dict() anew", TorchFile.ascii("(dp0\nS'a'\np1\nI1\ns."));
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    assertRefused("neither a safetensors", new byte[0]);
    assertRefused("neither a safetensors", TorchFile.ascii("hello, this is some text"));
  }

  @Test
  void aMissingFileIsSaidToBeMissing() {
    Path missing = folder.resolve("none.pt");
    var thrown = assertThrows(CheckpointException.class, () -> Checkpoint.read(missing));
    assertTrue(thrown.getMessage().endsWith("cannot be read: no such file or directory"));
  }

  private static int indexOf(byte[] bytes, String text) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
  }

  private static int lastIndexOf(byte[] bytes, String text) {
    return new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf(text);
  }
}
