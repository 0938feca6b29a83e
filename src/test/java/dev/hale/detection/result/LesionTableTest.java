package dev.hale.detection.result;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hale.scan.Lesion;
import dev.hale.scan.Lesion.Index;
import dev.hale.scan.Lesion.Place;
import java.util.List;
import org.junit.jupiter.api.Test;

class LesionTableTest {
  private static final Lesion ONE =
      new Lesion(
          3,
          0.072,
          new Place(4, 8 / 3.0, 1.5),
          new Place(2, -12, 11.66),
          new Index(3, 2, 1),
          new Index(5, 3, 2),
          0.25,
          0.5);

  private static final String HEADER =
      "lesion voxels ml i j k x_mm y_mm z_mm i_first j_first k_first i_last j_last k_last mean"
          + " peak";

  @Test
  void aLineALesion() {
    assertEquals(
        HEADER + "\n1 3 0.0720 4.00 2.67 1.50 2.00 -12.00 11.66 3 2 1 5 3 2 0.250000 0.500000\n",
        LesionTable.of(List.of(ONE), false).replace('\t', ' '));
  }

  @Test
  void picturesKnowNoMillimetres() {
    assertEquals(
        HEADER + "\n1 3 n/a 4.00 2.67 1.50 n/a n/a n/a 3 2 1 5 3 2 0.250000 0.500000\n",
        LesionTable.of(List.of(ONE), true).replace('\t', ' '));
    assertEquals(HEADER + "\n", LesionTable.of(List.of(), true).replace('\t', ' '));
  }
}
