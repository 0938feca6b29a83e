package dev.hale.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hale.engine.TorchFile.Pickle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which dict of a checkpoint is the network. */
class StateDictTest {
  @TempDir Path folder;

  private Path file(Pickle pickle) throws IOException {
    return Files.write(
        folder.resolve("model.pt"), TorchFile.of(pickle.stop()).floats("0", 1).bytes());
  }

  /** {@code key: names…}. */
  private String read(Pickle pickle, Optional<String> key) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.read(file(pickle), key)) {
      return checkpoint.origin().key() + ": " + String.join(" ", checkpoint.names());
    }
  }

  private String read(Pickle pickle) throws IOException {
    return read(pickle, Optional.empty());
  }

  private String refusal(Pickle pickle, Optional<String> key) throws IOException {
    Path file = file(pickle);
    var thrown = assertThrows(CheckpointException.class, () -> Checkpoint.read(file, key).close());
    return thrown.getMessage().substring((file + ": ").length());
  }

  private static Pickle training() {
    return new Pickle().raw("}(").text("epoch").integer(3).text("best").raw("N");
  }

  /** As an optimiser's {@code state_dict()}: tensors by the parameter's number. */
  private static Pickle withOptimiser(Pickle pickle) {
    return pickle
        .text("optimizer")
        .raw("}")
        .text("state")
        .raw("}")
        .integer(0)
        .state("exp_avg")
        .raw("ss");
  }

  @ParameterizedTest
  @ValueSource(strings = {"state_dict", "network_weights", "ema_state_dict", "anything"})
  void theOnlyDictOfTensorsIsTakenWhateverItsName(String name) throws IOException {
    Pickle pickle = withOptimiser(training().text(name).state("a.b", "c")).raw("u");
    assertEquals(name + ": a.b c", read(pickle));
  }

  @ParameterizedTest
  @CsvSource({"ema, model, model", "net_ema, net, net", "model, state_dict, state_dict"})
  void ofSeveralTheUsualOneIsTaken(String first, String second, String taken) throws IOException {
    Pickle pickle = training().text(first).state("a").text(second).state("a").raw("u");
    assertEquals(taken + ": a", read(pickle));
  }

  @Test
  void theOthersAreSaid() throws IOException {
    Pickle pickle = training().text("ema").state("a").text("model").state("a").raw("u");
    try (Checkpoint checkpoint = Checkpoint.read(file(pickle))) {
      assertEquals(List.of("ema"), checkpoint.origin().others());
    }
  }

  @Test
  void ofSeveralWithUnusualNamesOneHasToBeChosen() throws IOException {
    Pickle pickle = training().text("G").state("a", "b").text("D").state("a").raw("u");
    assertEquals(
        "it holds several dicts of tensors: choose one by its key;"
            + " it has G (2 tensors), D (1 tensor), epoch, best",
        refusal(pickle, Optional.empty()));
  }

  @Test
  void theKeyChooses() throws IOException {
    Pickle pickle = training().text("ema").state("b").text("model").state("a").raw("u");
    assertEquals("ema: b", read(pickle, Optional.of("ema")));
  }

  @Test
  void aKeyReachesIntoDictsWithinDictsAlsoWhereNamesHaveDots() throws IOException {
    Pickle pickle = training().text("ema").raw("}").text("0.999").state("b").raw("s").text("model");
    assertEquals("ema.0.999: b", read(pickle.state("a").raw("u"), Optional.of("ema.0.999")));
  }

  @Test
  void anUnknownKeyIsRefusedWithWhatThereIs() throws IOException {
    Pickle pickle = training().text("model").state("a").raw("u");
    assertEquals(
        "it holds nothing called \"ema\"; it has model (1 tensor), epoch, best",
        refusal(pickle, Optional.of("ema")));
  }

  @Test
  void aKeyOfSomethingElseIsRefused() throws IOException {
    Pickle pickle = training().text("model").state("a").raw("u");
    assertEquals(
        "it holds no dict of tensors called \"epoch\"; it has model (1 tensor), epoch, best",
        refusal(pickle, Optional.of("epoch")));
  }

  @Test
  void aDictTwoLevelsDownIsFound() throws IOException {
    Pickle pickle = training().text("model").raw("}").text("state_dict").state("a").raw("su");
    assertEquals("model.state_dict: a", read(pickle));
  }

  @Test
  void aStrayTensorBesideTheNetworkDoesNotHideIt() throws IOException {
    Pickle pickle = training().text("loss").number().text("model").state("a").raw("u");
    assertEquals("model: a", read(pickle));
  }

  @Test
  void measuresThatAreTensorsAreNoNetwork() throws IOException {
    Pickle pickle =
        training().text("metrics").raw("}").text("dice").number().raw("s").text("G").state("a");
    assertEquals("G: a", read(pickle.raw("u")));
  }

  @Test
  void whatStandsBesideTheTensorsIsLeftOut() throws IOException {
    Pickle pickle =
        withOptimiser(training().text("a.weight").tensor("0", 1, 0, new long[] {1}, new long[] {1}))
            .raw("u");
    try (Checkpoint checkpoint = Checkpoint.read(file(pickle))) {
      assertEquals(List.of("a.weight"), List.copyOf(checkpoint.names()));
      assertEquals(List.of("epoch", "best", "optimizer"), checkpoint.origin().leftOut());
    }
  }

  @Test
  void aFileWithoutTensorsIsRefused() throws IOException {
    assertEquals(
        "it holds no tensors; it is empty", refusal(new Pickle().raw("}"), Optional.empty()));
    assertEquals(
        "it holds no tensors; it has epoch, best", refusal(training().raw("u"), Optional.empty()));
  }

  /** As nnU-Net saves its best result: a number of NumPy's. */
  @Test
  void numbersOfNumPyBesideTheNetworkDoNoHarm() throws IOException {
    Pickle pickle =
        training()
            .text("_best_ema")
            .global("numpy.core.multiarray", "scalar")
            .raw("(")
            .global("numpy", "dtype")
            .raw("(")
            .text("f8")
            .op(0x89)
            .op(0x88)
            .raw("tR(")
            .integer(3)
            .text("<")
            .raw("NNNtb")
            .global("_codecs", "encode")
            .raw("(")
            .text("12345678")
            .text("latin1")
            .raw("tRtR")
            .text("network_weights")
            .state("a")
            .raw("u");
    assertEquals("network_weights: a", read(pickle));
  }

  @Test
  void aSafetensorsFileHasNoDictsToChooseFrom() {
    Path file = folder.resolve("m.safetensors");
    SafeTensors.write(file, Map.of(), Map.of());
    var thrown =
        assertThrows(CheckpointException.class, () -> Checkpoint.read(file, Optional.of("ema")));
    assertEquals(
        file + ": a safetensors file, which holds tensors and no dict called \"ema\"",
        thrown.getMessage());
  }
}
