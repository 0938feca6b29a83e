package dev.hale.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.TorchFile.Pickle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PyTorchCheckpointTest {
  private static final long[] SCALAR = {};

  @TempDir Path folder;

  private Checkpoint read(TorchFile file) throws IOException {
    return Checkpoint.read(Files.write(folder.resolve("model"), file.bytes()));
  }

  private static float[] values(Tensor tensor) {
    try (var scope = new Scope()) {
      float[] values = new float[Math.toIntExact(tensor.numel())];
      tensor.contiguous().data_ptr_float().get(values);
      return values;
    }
  }

  @Test
  void stridesAndOffsetsAreHonoured() throws IOException {
    byte[] pickle =
        new Pickle()
            .orderedDict()
            .text("transposed")
            .tensor("0", 7, 1, new long[] {3, 2}, new long[] {1, 3})
            .raw("s")
            .stop();
    try (Checkpoint checkpoint = read(TorchFile.of(pickle).floats("0", 9, 1, 2, 3, 4, 5, 6))) {
      Tensor tensor = checkpoint.get("transposed");
      assertArrayEquals(new long[] {3, 2}, Parameters.shape(tensor));
      assertArrayEquals(new float[] {1, 4, 2, 5, 3, 6}, values(tensor));
    }
  }

  @Test
  void sharedStoragesStayShared() throws IOException {
    byte[] pickle =
        new Pickle()
            .orderedDict()
            .raw("(")
            .text("a")
            .tensor("0", 4, 0, new long[] {4}, new long[] {1})
            .text("b")
            .tensor("0", 4, 2, new long[] {2}, new long[] {1})
            .raw("u")
            .stop();
    try (Checkpoint checkpoint = read(TorchFile.of(pickle).floats("0", 1, 2, 3, 4))) {
      assertArrayEquals(new float[] {3, 4}, values(checkpoint.get("b")));
      assertTrue(checkpoint.get("a").is_alias_of(checkpoint.get("b")));
    }
  }

  @Test
  void scalarsAndEmptyTensorsAreRead() throws IOException {
    byte[] pickle =
        new Pickle()
            .orderedDict()
            .raw("(")
            .text("scalar")
            .tensor("0", 2, 1, SCALAR, SCALAR)
            .text("empty")
            .tensor("1", 0, 0, new long[] {0, 5}, new long[] {5, 1})
            .raw("u")
            .stop();
    try (Checkpoint checkpoint = read(TorchFile.of(pickle).floats("0", 1, 8).floats("1"))) {
      assertEquals(8, checkpoint.get("scalar").item_float());
      assertArrayEquals(SCALAR, Parameters.shape(checkpoint.get("scalar")));
      assertArrayEquals(new long[] {0, 5}, Parameters.shape(checkpoint.get("empty")));
    }
  }

  @Test
  void versionsOfModulesDoNotMatter() throws IOException {
    byte[] pickle =
        new Pickle().state("b", "a").raw("}").text("_metadata").orderedDict().raw("sb").stop();
    try (Checkpoint checkpoint = read(TorchFile.of(pickle).floats("0", 1))) {
      assertEquals(List.of("b", "a"), List.copyOf(checkpoint.names()));
    }
  }

  @Test
  void newerProtocolsAreRead() throws IOException {
    byte[] pickle =
        new Pickle()
            .op(0x95)
            .raw("\0\0\0\0\0\0\0\0")
            .raw("\u008c\u000bcollections\u0094\u008c\u000bOrderedDict\u0094\u0093)R\u0094")
            .raw("\u008c\u0001a\u0094")
            .tensor("0", 1, 0, new long[] {1}, new long[] {1})
            .raw("s.")
            .stop();
    pickle[1] = 4;
    try (Checkpoint checkpoint = read(TorchFile.of(pickle).floats("0", 2))) {
      assertArrayEquals(new float[] {2}, values(checkpoint.get("a")));
    }
  }

  @Test
  void parametersAreReadAsTheirTensors() throws IOException {
    byte[] pickle =
        new Pickle()
            .orderedDict()
            .text("a")
            .global("torch._utils", "_rebuild_parameter")
            .raw("(")
            .tensor("0", 1, 0, new long[] {1}, new long[] {1})
            .op(0x88)
            .orderedDict()
            .raw("tRs")
            .stop();
    try (Checkpoint checkpoint = read(TorchFile.of(pickle).floats("0", 2))) {
      assertFalse(checkpoint.get("a").isNull());
    }
  }
}
