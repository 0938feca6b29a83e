package dev.hale.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class ParametersTest {
  private static Parameters small() {
    try (var scope = new Scope()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("weight", torch.ones(2, 3, 4, 4));
      tensors.put("bias", torch.ones(2));
      tensors.put("steps", torch.ones(1).to(ScalarType.Long));
      return Parameters.of(tensors);
    }
  }

  @Test
  void theyOutliveTheScopeTheyWereMadeIn() {
    try (Parameters parameters = small()) {
      assertEquals(List.of("weight", "bias", "steps"), parameters.names());
      assertEquals(2 * 3 * 4 * 4 + 2 + 1, parameters.count());
      assertEquals(2, parameters.get("bias").sum().item_float());
    }
  }

  @Test
  void closingFreesThemAndMayBeRepeated() {
    Parameters parameters = small();
    Tensor bias = parameters.get("bias");
    parameters.close();
    parameters.close();
    assertTrue(bias.isNull());
    assertThrows(IllegalStateException.class, () -> parameters.get("bias"));
  }

  @Test
  void aMissingNameIsNamed() {
    try (Parameters parameters = small()) {
      var thrown = assertThrows(IllegalArgumentException.class, () -> parameters.get("scale"));
      assertEquals("there is no parameter \"scale\"", thrown.getMessage());
    }
  }

  @Test
  void precisionChangesFloatingPointOnly() {
    try (Parameters parameters = small();
        Parameters half = parameters.to(Precision.BF16)) {
      assertEquals(ScalarType.BFloat16, half.get("weight").scalar_type().intern());
      assertEquals(ScalarType.Long, half.get("steps").scalar_type().intern());
      assertEquals(ScalarType.Float, parameters.get("weight").scalar_type().intern());
    }
  }

  @Test
  void channelsLastKeepsShapesAndValues() {
    try (Parameters parameters = small();
        Parameters laid = parameters.channelsLast()) {
      Tensor weight = laid.get("weight");
      assertTrue(weight.is_contiguous(MemoryFormat.ChannelsLast));
      assertFalse(parameters.get("weight").is_contiguous(MemoryFormat.ChannelsLast));
      assertTrue(torch.equal(weight, parameters.get("weight")));
      assertArrayEquals(new long[] {2, 3, 4, 4}, Parameters.shape(weight));
    }
  }

  @Test
  void aCopySharesNoMemory() {
    try (Parameters parameters = small();
        Parameters copy = parameters.copy();
        Scalar five = new Scalar(5.0)) {
      copy.get("bias").fill_(five);
      assertEquals(2, parameters.get("bias").sum().item_float());
      assertEquals(10, copy.get("bias").sum().item_float());
    }
  }

  @Test
  void loadingGivesFloat32InTheModelsOrder() {
    try (Parameters stored = small();
        Parameters half = stored.to(Precision.BF16);
        Checkpoint checkpoint = new Checkpoint(half.asMap(), Map.of())) {
      Map<String, long[]> expected = new LinkedHashMap<>();
      expected.put("steps", new long[] {1});
      expected.put("bias", new long[] {2});
      expected.put("weight", new long[] {2, 3, 4, 4});
      try (Parameters loaded = Parameters.load(checkpoint, expected)) {
        assertEquals(List.of("steps", "bias", "weight"), loaded.names());
        assertEquals(ScalarType.Float, loaded.get("weight").scalar_type().intern());
        assertEquals(ScalarType.Long, loaded.get("steps").scalar_type().intern());
        assertTrue(torch.equal(loaded.get("weight"), stored.get("weight")));
      }
    }
  }

  @Test
  void aMisfitNamesEveryKindOfProblem() {
    try (Parameters stored = small();
        Checkpoint checkpoint = new Checkpoint(stored.asMap(), Map.of())) {
      Map<String, long[]> expected = new LinkedHashMap<>();
      expected.put("weight", new long[] {2, 3, 3, 3});
      for (int i = 0; i < 7; i++) {
        expected.put("layer" + i, new long[] {1});
      }
      expected.put("bias", new long[] {2});
      var thrown =
          assertThrows(CheckpointException.class, () -> Parameters.load(checkpoint, expected));
      assertEquals(
          "the checkpoint does not fit the model:"
              + " 7 missing (layer0, layer1, layer2, layer3, layer4, …);"
              + " 1 unexpected (steps);"
              + " 1 misshapen (weight: checkpoint has [2, 3, 4, 4], model expects [2, 3, 3, 3])",
          thrown.getMessage());
    }
  }
}
