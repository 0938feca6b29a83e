package dev.hale.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SafeTensorsTest {
  @TempDir Path folder;

  private static byte[] file(String header, int dataBytes) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }

  private void assertRefused(String expected, byte[] bytes) throws IOException {
    Path path = Files.write(folder.resolve("model.safetensors"), bytes);
    var thrown = assertThrows(CheckpointException.class, () -> SafeTensors.read(path).close());
    assertTrue(thrown.getMessage().contains(expected), thrown.getMessage());
    assertFalse(thrown.getMessage().contains("\n"), thrown.getMessage());
  }

  /** {@code '} stands for {@code "}. */
  private void assertHeaderRefused(String expected, String header, int dataBytes)
      throws IOException {
    assertRefused(expected, file(header.replace('\'', '"'), dataBytes));
  }

  @Test
  void orderAndMetadataSurvive() {
    Path path = folder.resolve("m.safetensors");
    try (var scope = new Scope()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("z", torch.ones(1).to(ScalarType.Byte));
      tensors.put("a", torch.ones(2));
      SafeTensors.write(path, tensors, Map.of("config", "{\"width\": 32, \"name\": \"größer\"}"));
    }
    try (Checkpoint checkpoint = Checkpoint.read(path)) {
      assertEquals(List.of("z", "a"), List.copyOf(checkpoint.names()));
      assertEquals(
          Map.of("config", "{\"width\": 32, \"name\": \"größer\"}"), checkpoint.metadata());
    }
  }

  /** {@code Map.of} has another order in every process. */
  @Test
  void theOrderOfMetadataMakesNoOtherFile() throws IOException {
    Path path = folder.resolve("m.safetensors");
    List<byte[]> files = new ArrayList<>();
    for (List<String> keys : List.of(List.of("step", "config"), List.of("config", "step"))) {
      Map<String, String> metadata = new LinkedHashMap<>();
      keys.forEach(key -> metadata.put(key, "of " + key));
      try (var scope = new Scope()) {
        SafeTensors.write(path, Map.of("a", torch.ones(2)), metadata);
      }
      files.add(Files.readAllBytes(path));
    }
    assertArrayEquals(files.get(0), files.get(1));
  }

  @Test
  void everyTensorIsAlignedToItsNumbers() throws IOException {
    Path path = folder.resolve("m.safetensors");
    try (var scope = new Scope()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("bytes", torch.ones(3).to(ScalarType.Byte));
      tensors.put("floats", torch.ones(1));
      tensors.put("doubles", torch.ones(1).to(ScalarType.Double));
      SafeTensors.write(path, tensors, Map.of());
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(0, bytes.getLong() % 8);
    String text = new String(bytes.array(), StandardCharsets.ISO_8859_1);
    assertTrue(
        text.contains("\"doubles\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]"));
    assertTrue(
        text.contains("\"floats\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]"));
    assertTrue(text.contains("\"bytes\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[12,15]"));
  }

  @Test
  void theSameContentGivesTheSameBytes() throws IOException {
    Path first = folder.resolve("1");
    Path second = folder.resolve("2");
    try (var scope = new Scope()) {
      Tensor tensor = torch.randn(2, 3, 4, 5);
      SafeTensors.write(first, Map.of("a", tensor), Map.of("k", "v"));
      Tensor laid = tensor.contiguous(MemoryFormat.ChannelsLast);
      SafeTensors.write(second, Map.of("a", laid), Map.of("k", "v"));
    }
    assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
  }

  @Test
  void theOrderOfMetadataDoesNotMatter() throws IOException {
    Path first = folder.resolve("1");
    Path second = folder.resolve("2");
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("b", "1");
    metadata.put("a", "2");
    SafeTensors.write(first, Map.of(), metadata);
    SafeTensors.write(second, Map.of(), new TreeMap<>(metadata));
    assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
  }

  @Test
  void writingLeavesNothingElseBehind() throws IOException {
    Path path = folder.resolve("m.safetensors");
    Files.writeString(path, "something older");
    try (var scope = new Scope()) {
      SafeTensors.write(path, Map.of("a", torch.ones(2)), Map.of());
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(path), files.toList());
    }
    Checkpoint.read(path).close();
  }

  @Test
  void aFailedWriteLeavesTheOldFileAndNothingElse() throws IOException {
    Path path = folder.resolve("m.safetensors");
    Files.writeString(path, "something older");
    try (var scope = new Scope()) {
      Tensor complex = torch.ones(2).to(ScalarType.ComplexFloat);
      var thrown =
          assertThrows(
              CheckpointException.class,
              () -> SafeTensors.write(path, Map.of("a", complex), Map.of()));
      assertTrue(thrown.getMessage().contains("ComplexFloat"), thrown.getMessage());
      assertThrows(
          DataException.class,
          () -> SafeTensors.write(folder, Map.of("a", torch.ones(2)), Map.of()));
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(path), files.toList());
    }
    assertEquals("something older", Files.readString(path));
  }

  @Test
  void aFolderThatIsMissingIsSaidToBeMissing() {
    Path path = folder.resolve("none").resolve("m.safetensors");
    var thrown =
        assertThrows(DataException.class, () -> SafeTensors.write(path, Map.of(), Map.of()));
    assertEquals(path + ": cannot be written, there is no such folder", thrown.getMessage());
  }

  @Test
  void aDeviceIsNotReplacedByAFile() throws IOException {
    Path device = Files.createSymbolicLink(folder.resolve("m"), Path.of("/dev/null"));
    var thrown =
        assertThrows(DataException.class, () -> SafeTensors.write(device, Map.of(), Map.of()));
    assertEquals(device + ": cannot be written, it is not a file", thrown.getMessage());
    assertTrue(Files.isSymbolicLink(device));
  }

  @Test
  void theFileIsNotHeldAfterReading() throws IOException {
    Path path = folder.resolve("m.safetensors");
    try (var scope = new Scope()) {
      SafeTensors.write(path, Map.of("a", torch.ones(1000)), Map.of());
    }
    try (Checkpoint checkpoint = Checkpoint.read(path)) {
      Files.write(path, new byte[0]);
      Files.delete(path);
      assertEquals(1000, checkpoint.get("a").sum().item_float());
    }
  }

  @Test
  void aClosedCheckpointCannotBeUsed() {
    Path path = folder.resolve("m.safetensors");
    SafeTensors.write(path, Map.of(), Map.of());
    Checkpoint checkpoint = Checkpoint.read(path);
    checkpoint.close();
    checkpoint.close();
    assertThrows(IllegalStateException.class, () -> checkpoint.get("a"));
  }

  @Test
  void aMissingTensorIsNamed() {
    try (var checkpoint = new Checkpoint(Map.of(), Map.of())) {
      var thrown = assertThrows(CheckpointException.class, () -> checkpoint.get("a"));
      assertEquals("the checkpoint has no tensor \"a\"", thrown.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({"-1", "0", "1", "100000001", "9223372036854775807", "4096"})
  void aHeaderLengthThatCannotBeIsRefused(long length) throws IOException {
    byte[] bytes = file("{}", 100);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
    assertRefused("header", bytes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "header is not valid   | {'a':",
        "header is not valid   | {'a' 1}",
        "header is not as      | ['a']",
        "goes on after         | {} {}",
        "header is not valid   | {} x",
        "Duplicate field 'a'   | {'a':{'dtype':'U8','shape':[2],'data_offsets':[0,2]},'a':{'dtype':'U8','shape':[2],'data_offsets':[2,4]}}",
        "Duplicate field       | {'a':{'dtype':'U8','dtype':'I8','shape':[4],'data_offsets':[0,4]}}",
        "Duplicate field       | {'__metadata__':{'k':'1','k':'2'},'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}}",
        "unknown field x       | {'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4],'x':1}}",
        "unknown dtype F8      | {'a':{'dtype':'F8','shape':[4],'data_offsets':[0,4]}}",
        "lacks                 | {'a':{'shape':[4],'data_offsets':[0,4]}}",
        "lacks                 | {'a':{'dtype':'U8','data_offsets':[0,4]}}",
        "lacks                 | {'a':{'dtype':'U8','shape':[4]}}",
        "lacks                 | {'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4,8]}}",
        "needs 8 bytes         | {'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}",
        "needs 4 bytes         | {'a':{'dtype':'F32','shape':[1],'data_offsets':[4,0]}}",
        "needs 4 bytes         | {'a':{'dtype':'F32','shape':[1],'data_offsets':[-4,0]}}",
        "an overlap or a hole  | {'a':{'dtype':'U8','shape':[2],'data_offsets':[2,4]}}",
        "an overlap or a hole  | {'a':{'dtype':'U8','shape':[3],'data_offsets':[0,3]},'b':{'dtype':'U8','shape':[2],'data_offsets':[2,4]}}",
        "an overlap or a hole  | {'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},'b':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}}",
        "the file has 4        | {'a':{'dtype':'U8','shape':[3],'data_offsets':[0,3]}}",
        "the file has 4        | {'a':{'dtype':'U8','shape':[5],'data_offsets':[0,5]}}",
        "the file has 4        | {'a':{'dtype':'F64','shape':[1152921504606846],'data_offsets':[0,9223372036854768]}}",
        "too large             | {'a':{'dtype':'F32','shape':[4611686018427387904],'data_offsets':[0,4]}}",
        "too large             | {'a':{'dtype':'U8','shape':[4294967296,4294967296],'data_offsets':[0,0]}}",
        "too large             | {'a':{'dtype':'U8','shape':[0,9223372036854775807,2],'data_offsets':[0,0]}}",
        "negative              | {'a':{'dtype':'U8','shape':[-2,-2],'data_offsets':[0,4]}}",
        "VALUE_NUMBER_FLOAT    | {'a':{'dtype':'U8','shape':[4.0],'data_offsets':[0,4]}}",
        "VALUE_STRING          | {'a':{'dtype':'U8','shape':['4'],'data_offsets':[0,4]}}",
        "header is not valid   | {'a':{'dtype':'U8','shape':[99999999999999999999],'data_offsets':[0,4]}}",
        "__metadata__          | {'__metadata__':{'k':1},'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}}",
        "__metadata__          | {'__metadata__':[],'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}}",
      })
  void aHeaderThatIsNotRightInEverythingIsRefused(String expected, String header)
      throws IOException {
    assertHeaderRefused(expected, header, 4);
  }

  @Test
  void tooManyDimensionsAreRefused() throws IOException {
    String ones = "1,".repeat(64) + "1";
    assertHeaderRefused(
        "65 dimensions", "{'a':{'dtype':'U8','shape':[" + ones + "],'data_offsets':[0,1]}}", 1);
  }

  @Test
  void deepNestingIsRefused() throws IOException {
    assertHeaderRefused("header", "{'a':" + "[".repeat(100_000), 0);
  }

  @Test
  void noTensorMayBeNamedAsTheMetadata() {
    try (var scope = new Scope()) {
      Map<String, Tensor> tensors = Map.of("__metadata__", torch.ones(1));
      assertThrows(
          CheckpointException.class,
          () -> SafeTensors.write(folder.resolve("m"), tensors, Map.of()));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ScalarType.class,
      names = {"Double", "Float", "Half", "BFloat16"})
  void numbersThatAreNotFiniteAreFoundInEveryFormat(ScalarType type) {
    try (var scope = new Scope()) {
      Tensor numbers = torch.ones(3, 2).t().to(type);
      assertTrue(TensorBytes.finite(numbers));
      for (double broken : new double[] {Double.NaN, Double.NEGATIVE_INFINITY}) {
        numbers.select(1, 2).fill_(new Scalar(broken));
        assertFalse(TensorBytes.finite(numbers), type + " " + broken);
      }
    }
  }
}
