package dev.hale.app.detect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ScalingTest {
  @Test
  void coresDoubleUpToAllOfThem() {
    assertEquals(List.of(1), Scaling.counts(1));
    assertEquals(List.of(1, 2), Scaling.counts(2));
    assertEquals(List.of(1, 2, 4, 6), Scaling.counts(6));
    assertEquals(List.of(1, 2, 4, 8, 16), Scaling.counts(16));
    assertThrows(IllegalArgumentException.class, () -> Scaling.counts(0));
  }
}
