package dev.hale.engine;

import static dev.hale.engine.CheckpointRoundTripTest.assertBitEqual;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.TorchFile.Pickle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointConversionTest {
  @TempDir Path folder;
  private Path input;
  private Path output;

  @BeforeEach
  void makeInput() throws IOException {
    byte[] pickle =
        new Pickle()
            .orderedDict()
            .raw("(")
            .text("turned")
            .tensor("0", 6, 0, new long[] {3, 2}, new long[] {1, 3})
            .text("tied")
            .tensor("0", 6, 3, new long[] {3}, new long[] {1})
            .text("steps")
            .tensor("IntStorage", "1", 1, 0, new long[0], new long[0])
            .raw("u")
            .stop();
    TorchFile file =
        TorchFile.of(pickle)
            .floats("0", 1, -2.5f, 0.333f, 70_000, Float.POSITIVE_INFINITY, 1e-3f)
            .with("data/1", new byte[] {7, 0, 0, 0});
    input = Files.write(folder.resolve("in.pt"), file.bytes());
    output = folder.resolve("out.safetensors");
  }

  private static CheckpointConversion to(WeightFormat format) {
    return new CheckpointConversion(Optional.of(format), Optional.empty());
  }

  @Test
  void namesShapesAndBitsSurvive() {
    var conversion = new CheckpointConversion(Optional.empty(), Optional.of("{\"width\": 8}"));
    assertEquals(new CheckpointConversion.Summary(3, 10), conversion.convert(input, output));
    try (Checkpoint before = Checkpoint.read(input);
        Checkpoint after = SafeTensors.read(output)) {
      assertEquals(List.of("turned", "tied", "steps"), List.copyOf(after.names()));
      assertEquals(Map.of("config", "{\"width\": 8}"), after.metadata());
      before.tensors().forEach((name, tensor) -> assertBitEqual(tensor, after.get(name)));
    }
  }

  @Test
  void onlyFloatingPointChangesItsFormat() {
    to(WeightFormat.BF16).convert(input, output);
    try (Checkpoint before = Checkpoint.read(input);
        Checkpoint after = Checkpoint.read(output);
        var scope = new Scope()) {
      assertEquals(ScalarType.Int, after.get("steps").scalar_type().intern());
      Tensor expected = before.get("turned").to(ScalarType.BFloat16);
      assertBitEqual(expected, after.get("turned"));
    }
  }

  @Test
  void aNumberTooLargeForTheFormatIsRefusedByName() {
    var thrown =
        assertThrows(CheckpointException.class, () -> to(WeightFormat.F16).convert(input, output));
    assertEquals("tensor \"turned\" holds numbers too large for f16", thrown.getMessage());
    assertFalse(Files.exists(output));
  }

  @Test
  void aFileMayBeConvertedInPlaceAndKeepsItsMetadata() {
    new CheckpointConversion(Optional.empty(), Optional.of("{}")).convert(input, input);
    to(WeightFormat.F32).convert(input, input);
    try (Checkpoint after = SafeTensors.read(input)) {
      assertEquals(Map.of("config", "{}"), after.metadata());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "3", "{} {}", "{'a': 1}"})
  void aConfigThatIsNoJsonObjectIsRefused(String config) {
    var thrown =
        assertThrows(
            CheckpointException.class,
            () -> new CheckpointConversion(Optional.empty(), Optional.of(config)));
    assertTrue(thrown.getMessage().startsWith("the config is not"), thrown.getMessage());
  }

  @ParameterizedTest
  @EnumSource
  void aFormatReadsWhatItWrites(WeightFormat format) {
    assertEquals(format, WeightFormat.parse(format.toString()));
  }

  @ParameterizedTest
  @CsvSource({"float32", "F32", "''"})
  void otherFormatsAreRefused(String name) {
    var thrown = assertThrows(CheckpointException.class, () -> WeightFormat.parse(name));
    assertEquals(
        "unknown number format \"%s\": expected one of f32, f16, bf16".formatted(name),
        thrown.getMessage());
  }
}
