package dev.hale.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnomalyMapTest {
  private static final Grid GRID = Grid.ofSpacing(2, 1, 1, 1, 1, 1);

  private static AnomalyMap map(float[] map, byte[] mask, Scan scan, Map<String, String> made) {
    return new AnomalyMap(GRID, map, mask, scan, 0.5, "otsu", 0.9, made);
  }

  @Test
  void provenanceKeepsItsOrderAndCannotChange() {
    Map<String, String> made = new LinkedHashMap<>();
    for (String key : List.of("z", "model", "a", "method")) {
      made.put(key, key + "!");
    }
    AnomalyMap map = map(new float[2], new byte[] {0, 1}, null, made);
    made.clear();
    assertEquals(List.of("z", "model", "a", "method"), List.copyOf(map.provenance().keySet()));
    assertThrows(UnsupportedOperationException.class, () -> map.provenance().clear());
  }

  @Test
  void whatDoesNotFitTheGridIsRefused() {
    assertThrows(DataException.class, () -> map(new float[3], new byte[2], null, Map.of()));
    assertThrows(DataException.class, () -> map(new float[2], new byte[1], null, Map.of()));
    assertThrows(DataException.class, () -> map(new float[2], new byte[] {0, 2}, null, Map.of()));
    Scan other = new Scan("s", List.of("T1"), Grid.ofSpacing(3, 1, 1, 1, 1, 1), new float[3]);
    assertThrows(DataException.class, () -> map(new float[2], new byte[2], other, Map.of()));
  }
}
