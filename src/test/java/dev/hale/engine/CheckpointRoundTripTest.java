package dev.hale.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

class CheckpointRoundTripTest {
  record Content(ElementType type, long[] shape, boolean transposed) {}

  @Provide
  Arbitrary<Content> contents() {
    Arbitrary<long[]> shapes =
        Arbitraries.longs().between(0, 5).array(long[].class).ofMinSize(0).ofMaxSize(5);
    return Combinators.combine(
            Arbitraries.of(ElementType.class), shapes, Arbitraries.of(true, false))
        .as(Content::new);
  }

  @Property(tries = 300)
  void whatIsWrittenIsRead(
      @ForAll("contents") Content first,
      @ForAll("contents") Content second,
      @ForAll Map<String, String> metadata)
      throws IOException {
    Path path = Files.createTempFile("hale", ".safetensors");
    try (var scope = new Scope()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("second\"\\/ ü", make(second));
      tensors.put("first", make(first));
      metadata.keySet().removeIf(text -> !encodable(text));
      metadata.values().removeIf(text -> !encodable(text));
      SafeTensors.write(path, tensors, metadata);
      try (Checkpoint checkpoint = Checkpoint.read(path)) {
        assertEquals(List.copyOf(tensors.keySet()), List.copyOf(checkpoint.names()));
        assertEquals(metadata, checkpoint.metadata());
        tensors.forEach((name, tensor) -> assertBitEqual(tensor, checkpoint.get(name)));
      }
    } finally {
      Files.delete(path);
    }
  }

  /** Half of a surrogate pair is no text and has no UTF-8. */
  private static boolean encodable(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static Tensor make(Content content) {
    Tensor tensor = torch.randn(content.shape()).mul(new Scalar(50.0));
    if (content.transposed() && tensor.dim() == 4) {
      tensor = tensor.contiguous(MemoryFormat.ChannelsLast);
    } else if (content.transposed() && tensor.dim() >= 2) {
      tensor = tensor.transpose(0, 1);
    }
    return tensor.to(content.type().scalarType());
  }

  /** Same shape, same format, same bytes (which also tells NaN from NaN). */
  static void assertBitEqual(Tensor expected, Tensor found) {
    assertEquals(ElementType.of(expected), ElementType.of(found));
    assertArrayEquals(Parameters.shape(expected), Parameters.shape(found));
    assertArrayEquals(bytes(expected), bytes(found));
    assertTrue(found.is_contiguous());
  }

  private static byte[] bytes(Tensor tensor) {
    try (var scope = new Scope()) {
      Tensor contiguous = tensor.contiguous();
      byte[] bytes = new byte[Math.toIntExact(contiguous.nbytes())];
      if (bytes.length > 0) {
        new BytePointer(contiguous.data_ptr()).get(bytes);
      }
      return bytes;
    }
  }
}
