package dev.hale.app.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.data.prepared.PreparedSetWriter;
import dev.hale.data.prepared.PreparedSlice;
import dev.hale.data.prepared.Split;
import dev.hale.detection.SliceImages;
import dev.hale.scan.Axis;
import dev.hale.scan.Preprocessing;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of rows, some of them named twice, with those beside them. */
class SetImagesTest {
  @TempDir Path folder;

  @Test
  void rowsKeepTheirOrderAndMayBeNamedTwice() {
    Preprocessing images = new Preprocessing(List.of("FLAIR"), 2, 1, Axis.AXIAL);
    byte[] brain = {1, 1, 1, 1};
    try (PreparedSetWriter writer = new PreparedSetWriter(folder, images)) {
      for (int slice = 0; slice < 5; slice++) {
        float[] image = new float[4];
        Arrays.fill(image, slice / 10f);
        writer.add(
            new PreparedSlice("a", slice, Split.TRAIN, 0, OptionalInt.empty(), 1, ""),
            image,
            brain,
            null);
      }
      writer.finish(JsonNodeFactory.instance.objectNode());
    }
    try (PreparedSet set = PreparedSet.open(folder)) {
      List<Integer> rows = List.of(3, 1, 3, 4);
      for (int context = 0; context < 2; context++) {
        SliceImages read = SetImages.withNeighbours(set, rows, context);
        assertEquals(rows.size(), read.count());
        for (int n = 0; n < rows.size(); n++) {
          int[] around = read.neighbours()[n];
          assertEquals(n, around[context]);
          for (int d = 0; d < around.length; d++) {
            int slice = rows.get(n) + d - context;
            if (slice == 5) {
              assertEquals(SliceImages.NONE, around[d]);
            } else {
              assertEquals(slice / 10f, read.images()[around[d]][0]);
            }
          }
        }
      }
      assertArrayEquals(
          new float[] {0.3f, 0.1f, 0.3f},
          new float[] {
            SetImages.of(set, rows).images()[0][0],
            SetImages.of(set, rows).images()[1][0],
            SetImages.of(set, rows).images()[2][0]
          });
    }
  }
}
