package dev.hale.diffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.Checkpoint;
import dev.hale.engine.Scope;
import dev.hale.model.TensorAssert;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What of {@link GoldenParityTest} travels with the source and so always runs. Schedules, equations
 * and losses meet the reference's own numbers, one image of each set; the networks, whose reference
 * weights are too large to bundle, meet numbers of our own (see {@link OwnNumbers}).
 */
class BundledParityTest {
  private static Path resource(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(BundledParityTest.class.getResource(name), name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"wolleb-a", "wolleb-b"})
  void scheduleEquationsAndLossesAgreeWithTheReference(String set) {
    try (Scope scope = new Scope();
        GoldenNumbers golden = new GoldenNumbers(resource(set + ".subset.safetensors"))) {
      EquationParity.scheduleAgrees(golden);
      EquationParity.forwardReverseAndLossesAgree(golden);
      assertEquals(0, golden.get("y").item_long());
      EquationParity.guidedStepsAgree(
          golden, golden.get("unet.output"), golden.get("classifier.grad_log_prob_y0"));
    }
  }

  @Test
  void networksComputeWhatTheyDidWhenTheyAgreedWithTheReference() {
    try (Scope scope = new Scope();
        Checkpoint stored = Checkpoint.read(resource("own.safetensors"))) {
      Map<String, Tensor> computed = OwnNumbers.compute();
      assertEquals(stored.names(), computed.keySet());
      computed.forEach(
          (name, actual) -> {
            Tensor expected = stored.get(name);
            double scale = expected.abs().max().item_double();
            double tolerance = name.contains("loop.") ? GoldenNumbers.LOOP : GoldenNumbers.ONE_CALL;
            assertTrue(scale > 1e-3, name + " is nearly 0");
            double difference = TensorAssert.largestDifference(expected, actual);
            assertTrue(
                difference <= tolerance * scale,
                "%s: largest difference %.3g of largest value %.3g"
                    .formatted(name, difference, scale));
          });
    }
  }
}
