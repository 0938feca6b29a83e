package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hale.detection.method.CounterfactualSettings.Chain;
import org.junit.jupiter.api.Test;

final class CounterfactualSettingsTest {
  private static final CounterfactualSettings SETTINGS =
      CounterfactualSettings.wolleb2022().withChain(Chain.ALIGNED).withNoiseLevelAndSteps(250, 25);

  private static String refused(Chain chain, int calls) {
    return assertThrows(
            IllegalArgumentException.class, () -> SETTINGS.withChain(chain).withCalls(calls))
        .getMessage();
  }

  @Test
  void callsAreSomeOfTheSteps() {
    assertEquals(12, SETTINGS.withCalls(12).calls());
    assertEquals(SETTINGS, SETTINGS.withCalls(25));
    for (int calls : new int[] {-1, 26}) {
      assertEquals(
          "calls must lie in 1 … steps, or be 0 for all: calls " + calls + ", steps 25",
          refused(Chain.ALIGNED, calls));
    }
    assertEquals(
        "the chain wolleb-2022 calls the network in every step; leave out calls",
        refused(Chain.WOLLEB_2022, 12));
  }

  @Test
  void otherStepsAllCallTheNetwork() {
    assertEquals(0, SETTINGS.withCalls(12).withNoiseLevelAndSteps(250, 50).calls());
    assertEquals(12, SETTINGS.withCalls(12).withGuidance(5).calls());
  }
}
