package dev.hale.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorNamesTest {
  /** Of tensors with these names; {@code #} makes one without dimensions. */
  private static TensorNames of(Optional<String> prefix, String... names) {
    try (var scope = new Scope()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (String name : names) {
        Tensor tensor = torch.ones(2);
        tensors.put(name.replace("#", ""), name.endsWith("#") ? tensor.sum() : tensor);
      }
      return TensorNames.of(tensors, prefix);
    }
  }

  private static String renamed(String... names) {
    return String.join(" ", of(Optional.empty(), names).renamed().values());
  }

  @ParameterizedTest
  @CsvSource({
    "module.",
    "_orig_mod.",
    "module._orig_mod.",
    "_orig_mod.module.",
    "module.module.",
    "model.",
    "model._orig_mod.",
    "model.module._orig_mod.",
    "module.model."
  })
  void prefixesOfWrappersComeOffHoweverTheyAreNested(String prefix) {
    assertEquals("b.w a.model.w", renamed(prefix + "b.w", prefix + "a.model.w"));
  }

  @Test
  void whatCameOffIsSaid() {
    assertEquals(
        List.of("_orig_mod.", "module."),
        of(Optional.empty(), "module._orig_mod.a", "module._orig_mod.b").prefixes());
    assertEquals(List.of(), of(Optional.empty(), "a", "b").prefixes());
  }

  @Test
  void aCompiledPartOfANetworkIsCalledAsItself() {
    assertEquals("encoder.w head.w", renamed("encoder._orig_mod.w", "head.w"));
  }

  @Test
  void countersOfTheWrapperAreLeftOut() {
    TensorNames names = of(Optional.empty(), "n_averaged#", "module.a.w", "module.scale#");
    assertEquals(List.of("a.w", "scale"), List.copyOf(names.renamed().values()));
    assertEquals(List.of("n_averaged"), names.leftOut());
  }

  @ParameterizedTest
  @CsvSource({
    "module.a.w, head.w",
    "model.a.w, loss.weight",
    "model.a.w, scale",
    "module.a.w, head.scale#"
  })
  void aPrefixThatOnlySomeHaveStays(String first, String second) {
    assertEquals(first + " " + second.replace("#", ""), renamed(first, second));
  }

  @Test
  void namesThatOnlyLookLikePrefixesStay() {
    assertEquals("module. modules.w", renamed("module.", "modules.w"));
  }

  @Test
  void theNamedPrefixAloneComesOff() {
    assertEquals(
        Map.of("model.net.a", "a"), of(Optional.of("model.net."), "model.net.a", "b").renamed());
    assertEquals(
        Map.of("model.module.a", "module.a"), of(Optional.of("model"), "model.module.a").renamed());
  }

  @Test
  void anEmptyPrefixLeavesNamesAsTheyAre() {
    TensorNames names = of(Optional.of(""), "module.a", "module._orig_mod.b");
    assertEquals(
        Map.of("module.a", "module.a", "module._orig_mod.b", "module._orig_mod.b"),
        names.renamed());
    assertEquals(List.of(), names.prefixes());
  }

  @Test
  void namesThatWouldBecomeTheSameAreRefused() {
    var thrown = assertThrows(CheckpointException.class, () -> renamed("a._orig_mod.w", "a.w"));
    assertEquals(
        "without \"_orig_mod.\", tensors \"a._orig_mod.w\" and \"a.w\" would be called the same",
        thrown.getMessage());
  }
}
