package dev.hale.engine;

import static dev.hale.engine.CheckpointRoundTripTest.assertBitEqual;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that PyTorch and the reference implementation of safetensors wrote. */
@EnabledIfEnvironmentVariable(named = "HALE_GOLDEN", matches = ".+")
class GoldenCheckpointTest {
  @ParameterizedTest
  @ValueSource(strings = {"wolleb-a.unet", "wolleb-a.classifier"})
  void bothFormatsHoldTheSameBits(String name) {
    Path golden = Path.of(System.getenv("HALE_GOLDEN"));
    try (Checkpoint safe = Checkpoint.read(golden.resolve(name + ".safetensors"));
        Checkpoint pickled = Checkpoint.read(golden.resolve(name + ".pt"))) {
      assertEquals(List.copyOf(safe.names()), List.copyOf(pickled.names()));
      assertTrue(safe.names().size() > 50);
      safe.tensors().forEach((key, tensor) -> assertBitEqual(tensor, pickled.get(key)));
    }
  }
}
