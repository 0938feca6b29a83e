package dev.hale.training;

import static dev.hale.model.TensorAssert.assertIdentical;
import static dev.hale.model.TensorAssert.largestDifference;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.Parameters;
import dev.hale.engine.Precision;
import dev.hale.engine.Scope;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights in one float32 vector, and what the network computes with. */
class ComputeWeightsTest {
  private final Scope scope = new Scope();

  @BeforeEach
  void seed() {
    torch.manual_seed(4);
  }

  @AfterEach
  void free() {
    scope.close();
  }

  private static Parameters parameters() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("convolution.weight", torch.randn(6, 3, 3, 2));
    tensors.put("convolution.bias", torch.randn(6));
    tensors.put("norm.weight", torch.randn(6));
    tensors.put("norm.bias", torch.randn(6));
    tensors.put("table", torch.randn(2, 5));
    return Parameters.of(tensors);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void partsOfTheVectorAreTheParameters(boolean channelsLast) {
    try (Parameters given = parameters()) {
      FlatLayout layout = new FlatLayout(given, channelsLast);
      Tensor flat = layout.zeros();
      assertEquals(given.count(), flat.numel());
      layout.copy(given, flat);
      try (Parameters views = layout.parameters(flat)) {
        assertEquals(given.names(), views.names());
        for (String name : given.names()) {
          assertIdentical(given.get(name), views.get(name));
        }
        assertEquals(
            channelsLast, views.get("convolution.weight").is_contiguous(MemoryFormat.ChannelsLast));
        try (NoGradGuard noGrad = new NoGradGuard()) {
          flat.mul_(new Scalar(2));
        }
        assertIdentical(
            given.get("table").mul(new Scalar(2)), views.get("table")); // the same memory
      }
    }
  }

  @Test
  void normsStayFloat32AndGradientsReachTheFloat32Weights() {
    try (Parameters master = parameters()) {
      master.asMap().forEach((name, tensor) -> tensor.requires_grad_(true));
      try (Parameters cast = ComputeWeights.of(master, Precision.BF16)) {
        for (String name : master.names()) {
          ScalarType expected = name.startsWith("norm.") ? ScalarType.Float : ScalarType.BFloat16;
          assertEquals(expected, cast.get(name).scalar_type().intern(), name);
          double difference = largestDifference(master.get(name), cast.get(name));
          assertEquals(name.startsWith("norm."), difference == 0, name);
          assertTrue(difference < 0.02, name);
        }
        cast.get("table").to(ScalarType.Float).mul(new Scalar(3)).sum().backward();
        Tensor gradient = master.get("table").grad();
        assertEquals(ScalarType.Float, gradient.scalar_type().intern());
        assertEquals(3, gradient.min().item_double());
      }
    }
  }
}
