package dev.hale.model;

import static dev.hale.model.TensorAssert.assertIdentical;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.diffusion.DiffusionSettings;
import dev.hale.diffusion.Prediction;
import dev.hale.diffusion.Variance;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.Parameters;
import dev.hale.engine.SafeTensors;
import dev.hale.engine.Scope;
import dev.hale.model.ClassifierConfig.Pool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A network on disk: what is written comes back, and what does not fit is named with its file. */
class NetworkFileTest {
  private static final UNetConfig UNET = new UNetConfig(TinyNetworks.backbone(8, 2), 2, true);
  private static final DiffusionSettings DIFFUSION =
      new DiffusionSettings("cosine", 400, Prediction.V, Variance.FIXED_SMALL);

  private final Scope scope = new Scope();
  private Parameters parameters;

  @TempDir private Path folder;

  @BeforeEach
  void makeParameters() {
    parameters = TinyNetworks.byFormula(UNet.shapes(UNET));
  }

  @AfterEach
  void free() {
    parameters.close();
    scope.close();
  }

  private Path file() {
    return folder.resolve("some-net.safetensors");
  }

  private Path written() {
    ObjectNode config = NetworkFile.config("unet", UNET);
    NetworkFile.put(config, "diffusion", DIFFUSION);
    NetworkFile.write(file(), parameters, config);
    return file();
  }

  private Path written(Map<String, Tensor> tensors, String config) {
    SafeTensors.write(file(), tensors, Map.of("config", config));
    return file();
  }

  private String refusal(Path path) {
    String message =
        assertThrows(CheckpointException.class, () -> NetworkFile.readUNet(path).close())
            .getMessage();
    assertTrue(message.startsWith(path + ": "), message);
    return message.substring((path + ": ").length());
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void weightsThatAreNotFiniteAreRefusedByName(double number) {
    try (Scalar broken = new Scalar(number)) {
      parameters.get("out.2.bias").fill_(broken);
    }
    assertEquals(
        "the weights of the checkpoint cannot be used: 1 with NaN or infinite numbers"
            + " (out.2.bias); a training that diverges leaves such weights: take an earlier"
            + " checkpoint of it",
        refusal(written()));
  }

  /** Their sum is infinite in float32. */
  @Test
  void largeWeightsAreFinite() {
    Tensor largest = parameters.get("time_embed.0.weight");
    try (Scalar large = new Scalar(3e38)) {
      largest.fill_(large);
    }
    try (NetworkFile read = NetworkFile.readUNet(written())) {
      assertTrue(read.parameters().get("time_embed.0.weight").equal(largest));
    }
  }

  @Test
  void aUNetComesBackWithItsLayoutSettingsAndWeights() {
    try (NetworkFile read = NetworkFile.readUNet(written())) {
      assertEquals(UNET, read.unet().config());
      assertEquals(UNET, read.section("network", UNetConfig.class));
      assertEquals(DIFFUSION, read.section("diffusion", DiffusionSettings.class));
      assertEquals(file(), read.path());
      assertEquals(parameters.names(), read.parameters().names());
      Tensor x = TinyNetworks.image(1, 1, 2, 8, 8);
      Tensor t = torch.tensor(new long[] {40});
      Tensor y = torch.tensor(new long[] {1});
      assertIdentical(new UNet(UNET, parameters).forward(x, t, y), read.unet().forward(x, t, y));
    }
  }

  @ParameterizedTest
  @CsvSource({"ATTENTION, attention", "ADAPTIVE, adaptive"})
  void aClassifierComesBackUnderTheReferencesNames(Pool pool, String name) {
    Backbone backbone =
        new Backbone(
            16, 3, 32, 1, List.of(1.0, 1.0, 2.0), List.of(4, 2), 1, 32, true, true, true, 0.1);
    ClassifierConfig config = new ClassifierConfig(backbone, pool, 3);
    try (Parameters weights = TinyNetworks.byFormula(NoisyClassifier.shapes(config))) {
      NetworkFile.write(file(), weights, NetworkFile.config("classifier", config));
      try (NetworkFile read = NetworkFile.readClassifier(file())) {
        assertEquals(config, read.classifier().config());
        assertEquals(name, read.config().at("/network/pool").asText());
        assertEquals(0.1, read.config().at("/network/backbone/dropout").asDouble());
        assertTrue(read.config().at("/network/backbone/use_scale_shift_norm").asBoolean());
        assertEquals(weights.count(), read.parameters().count());
      }
    }
  }

  @Test
  void aSectionThatIsNotThereIsNamed() {
    try (NetworkFile read = NetworkFile.readUNet(written())) {
      String message =
          assertThrows(
                  CheckpointException.class,
                  () -> read.section("schedule", DiffusionSettings.class))
              .getMessage();
      assertEquals(file() + ": its configuration lacks the DiffusionSettings", message);
    }
  }

  @Test
  void theOtherArchitectureIsRefused() {
    Path path = written();
    String message =
        assertThrows(CheckpointException.class, () -> NetworkFile.readClassifier(path).close())
            .getMessage();
    assertEquals(path + ": expected a classifier, the file holds unet", message);
  }

  @Test
  void weightsWithoutConfigurationAreRefused() {
    SafeTensors.write(file(), parameters.asMap(), Map.of());
    assertEquals("it has no 'config' metadata, so its architecture is unknown", refusal(file()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"architecture\": \"unet\"", "unet", "{]"})
  void configurationThatIsNotJsonIsRefused(String config) {
    assertEquals("its 'config' metadata is not JSON", refusal(written(parameters.asMap(), config)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "7", "{}", "{\"network\": {}}"})
  void configurationThatNamesNoArchitectureIsRefused(String config) {
    assertEquals(
        "expected a unet, the file holds nothing", refusal(written(parameters.asMap(), config)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"architecture\": \"unet\"} | lacks the UNetConfig",
        "{\"architecture\": \"unet\", \"network\": null} | lacks the UNetConfig",
        "{\"architecture\": \"unet\", \"network\": {}} | backbone",
        "{\"architecture\": \"unet\", \"network\": {\"backbone\": {}}} | channel_mult",
        "{\"architecture\": \"unet\", \"network\": {\"backbone\": 3}} | Backbone",
        "{\"architecture\": \"unet\", \"network\": []} | UNetConfig",
      })
  void aLayoutThatIsNotWholeIsRefused(String config, String named) {
    String message = refusal(written(parameters.asMap(), config));
    assertTrue(message.contains(named), message);
  }

  @Test
  void aLayoutThatCannotBeIsRefused() {
    ObjectNode config = NetworkFile.config("unet", UNET);
    ((ObjectNode) config.at("/network/backbone")).put("model_channels", 24);
    String groups = refusal(written(parameters.asMap(), config.toString()));
    assertTrue(groups.contains("24 channels do not divide into 32 normalisation groups"), groups);
    ((ObjectNode) config.at("/network/backbone")).put("model_channels", 32).put("image_size", 7);
    String size = refusal(written(parameters.asMap(), config.toString()));
    assertTrue(size.contains("image size 7 is not a multiple of the total stride 2"), size);
  }

  @Test
  void parametersThatDoNotFitAreAllNamed() {
    Map<String, Tensor> tensors = new LinkedHashMap<>(parameters.asMap());
    tensors.remove("out.2.bias");
    tensors.put("stray.weight", torch.ones(2));
    tensors.put("out.0.weight", torch.ones(33));
    String message = refusal(written(tensors, NetworkFile.config("unet", UNET).toString()));
    assertTrue(message.startsWith("the checkpoint does not fit the model: "), message);
    assertTrue(message.contains("missing") && message.contains("out.2.bias"), message);
    assertTrue(message.contains("unexpected") && message.contains("stray.weight"), message);
    assertTrue(message.contains("out.0.weight: checkpoint has [33], model expects [32]"), message);
  }

  @Test
  void filesThatAreNoCheckpointsAreRefused() throws Exception {
    Files.writeString(file(), "not a checkpoint at all");
    refusal(file());
    String message =
        assertThrows(
                CheckpointException.class,
                () -> NetworkFile.readUNet(folder.resolve("absent.safetensors")).close())
            .getMessage();
    assertTrue(message.contains("absent.safetensors"), message);
  }
}
