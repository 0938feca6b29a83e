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
    return new CheckpointConversion(
        Optional.empty(), Optional.empty(), Optional.of(format), Optional.empty());
  }

  private static CheckpointConversion with(String config) {
    return new CheckpointConversion(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(config));
  }

  private static CheckpointConversion without(String prefix) {
    return new CheckpointConversion(
        Optional.empty(), Optional.of(prefix), Optional.empty(), Optional.empty());
  }

  @Test
  void namesShapesAndBitsSurvive() {
    CheckpointConversion.Summary summary = with("{\"width\": 8}").convert(input, output);
    assertEquals(3, summary.tensors());
    assertEquals(10, summary.numbers());
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
    assertEquals(
        input + ": tensor \"turned\" holds numbers too large for f16", thrown.getMessage());
    assertFalse(Files.exists(output));
  }

  @Test
  void aFileMayBeConvertedInPlaceAndKeepsItsMetadata() {
    with("{}").convert(input, input);
    to(WeightFormat.F32).convert(input, input);
    try (Checkpoint after = SafeTensors.read(input)) {
      assertEquals(Map.of("config", "{}"), after.metadata());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "3", "{} {}", "{'a': 1}"})
  void aConfigThatIsNoJsonObjectIsRefused(String config) {
    var thrown = assertThrows(CheckpointException.class, () -> with(config));
    assertTrue(thrown.getMessage().startsWith("the config is not"), thrown.getMessage());
  }

  private List<String> names() {
    try (Checkpoint after = SafeTensors.read(output)) {
      return List.copyOf(after.names());
    }
  }

  @Test
  void theNamedPrefixComesOffAndWhatLacksItIsLeftOut() throws IOException {
    Files.write(
        input,
        TorchFile.of(new Pickle().state("net.a", "loss.b", "net.c").stop()).floats("0", 1).bytes());
    CheckpointConversion.Summary summary = without("net").convert(input, output);
    assertEquals(List.of("a", "c"), names());
    assertEquals(List.of("net."), summary.prefixes());
    assertEquals(List.of("loss.b"), summary.leftOut());
  }

  @Test
  void aPrefixThatNoNameHasIsRefusedWithNamesThatThereAre() {
    var thrown =
        assertThrows(CheckpointException.class, () -> without("net.").convert(input, output));
    assertEquals(
        input + ": no tensor's name begins with \"net.\"; there are turned, tied, steps",
        thrown.getMessage());
    assertFalse(Files.exists(output));
  }

  @Test
  void anEmptyFileIsRefusedAndNothingIsWritten() {
    Path empty = folder.resolve("empty.safetensors");
    SafeTensors.write(empty, Map.of(), Map.of());
    var thrown = assertThrows(CheckpointException.class, () -> with("{}").convert(empty, output));
    assertEquals(empty + ": it holds no tensors", thrown.getMessage());
    assertFalse(Files.exists(output));
  }

  @Test
  void tensorsThatAreNotFiniteAreConvertedAndNamed() {
    assertEquals(List.of("turned", "tied"), with("{}").convert(input, output).notFinite());
  }

  @Test
  void whatWasTakenAndLeftOutIsSaid() throws IOException {
    byte[] pickle =
        new Pickle()
            .raw("}(")
            .text("epoch")
            .integer(3)
            .text("ema")
            .state("module.a")
            .text("model")
            .state("module.a", "module.b")
            .raw("u")
            .stop();
    Files.write(input, TorchFile.of(pickle).floats("0", 1).bytes());
    CheckpointConversion.Summary summary = with("{}").convert(input, output);
    assertEquals(List.of("a", "b"), names());
    assertEquals("model", summary.key());
    assertEquals(List.of("ema"), summary.otherKeys());
    assertEquals(List.of("module."), summary.prefixes());
    assertEquals(List.of(), summary.leftOut());
  }
}
