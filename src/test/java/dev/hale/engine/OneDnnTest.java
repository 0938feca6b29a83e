package dev.hale.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

final class OneDnnTest {
  @Test
  void lookingChangesNothing() {
    boolean found = OneDnn.needsWholeBlocks();
    assertTrue(torch.globalContext().userEnabledMkldnn());
    assertEquals(found, OneDnn.needsWholeBlocks());
  }
}
