package dev.hale.diffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The levels of a shortened chain, and the two ways to walk them. */
class DiffusionChainTest {
  private static final NoiseSchedule LINEAR = NoiseSchedule.linear(1000);

  private static DiffusionChain chain(int... timesteps) {
    return new DiffusionChain(LINEAR, timesteps);
  }

  @Test
  void levelsTakeTheSignalOfTheirTrainingStep() {
    DiffusionChain chain = chain(10, 400, 999);
    double[] all = LINEAR.alphasCumprod();
    assertEquals(1, chain.alphaCumprod(-1));
    assertEquals(all[400], chain.alphaCumprod(1));
    assertEquals(0, chain.alphaCumprod(3));
    assertEquals(1 - all[400] / all[10], chain.beta(1), 1e-15);
    assertEquals(10, chain.timestep(-1));
    assertEquals(999, chain.timestep(2));
  }

  @Test
  void decodingRetracesTheEncoding() {
    DiffusionChain chain = chain(10, 100, 400, 700, 999);
    List<ChainStep> up = chain.encoding(4);
    List<ChainStep> down = chain.decoding(4);
    assertEquals(4, up.size());
    assertEquals(1, up.get(0).from());
    assertEquals(chain.alphaCumprod(3), up.get(3).to());
    for (int i = 0; i < 4; i++) {
      assertEquals(up.get(i).from(), down.get(3 - i).to());
      assertEquals(up.get(i).to(), down.get(3 - i).from());
    }
  }

  /** The published code's chains, one step out of line with each other. */
  @Test
  void thePublishedChainsAreOneStepApart() {
    DiffusionChain chain = chain(10, 100, 400, 700, 999);
    List<ChainStep> up = chain.wolleb2022Encoding(4);
    List<ChainStep> down = chain.wolleb2022Decoding(4);
    assertEquals(List.of(100, 400, 700), up.stream().map(ChainStep::timestep).toList());
    assertEquals(List.of(400, 100, 10), down.stream().map(ChainStep::timestep).toList());
    assertEquals(chain.alphaCumprod(4), up.get(2).to());
    assertEquals(chain.alphaCumprod(2), down.get(0).from());
    assertEquals(1, down.get(2).to());
  }

  @Test
  void chainsThatCannotBeAreExplained() {
    assertEquals(
        "timestep 1000 outside 0 … 999",
        assertThrows(IllegalArgumentException.class, () -> chain(3, 1000)).getMessage());
    assertEquals(
        "timesteps must increase strictly",
        assertThrows(IllegalArgumentException.class, () -> chain(3, 3)).getMessage());
    DiffusionChain two = chain(3, 4);
    for (int levels : new int[] {0, 3}) {
      assertEquals(
          "noise level %d outside 1 … 2 of this chain".formatted(levels),
          assertThrows(IllegalArgumentException.class, () -> two.decoding(levels)).getMessage());
      assertThrows(IllegalArgumentException.class, () -> two.encoding(levels));
      assertThrows(IllegalArgumentException.class, () -> two.wolleb2022Encoding(levels));
      assertThrows(IllegalArgumentException.class, () -> two.wolleb2022Decoding(levels));
    }
  }
}
