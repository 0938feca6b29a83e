package dev.hale.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.hale.engine.TorchFile.Pickle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files are read rightly or refused with a {@link CheckpointException}, never otherwise.
 */
class CheckpointFuzzTest {
  private static final int MUTATIONS = 2_000;

  @TempDir Path folder;

  private byte[] safetensors;
  private byte[] pickle;

  @BeforeEach
  void makeValidFiles() throws IOException {
    Path path = folder.resolve("valid");
    try (var scope = new Scope()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("weight", torch.ones(2, 3));
      tensors.put("steps", torch.ones(1).to(ScalarType.Long));
      tensors.put("empty", torch.ones(0, 4).to(ScalarType.BFloat16));
      SafeTensors.write(path, tensors, Map.of("config", "{}"));
    }
    safetensors = Files.readAllBytes(path);
    pickle =
        new Pickle()
            .orderedDict()
            .raw("q\1(")
            .text("weight")
            .tensor("0", 6, 0, new long[] {2, 3}, new long[] {3, 1})
            .text("bias")
            .tensor("0", 6, 2, new long[] {2}, new long[] {2})
            .text("scale")
            .tensor("HalfStorage", "1", 2, 1, new long[0], new long[0])
            .raw("u}")
            .text("_metadata")
            .raw("h\1sb")
            .stop();
  }

  @Test
  void damagedSafetensorsFiles() throws IOException {
    assertOnlyRefused(safetensors, UnaryOperator.identity());
  }

  @Test
  void damagedPyTorchFiles() throws IOException {
    assertOnlyRefused(torchFile(pickle), UnaryOperator.identity());
  }

  @Test
  void damagedPicklesInSoundZips() throws IOException {
    assertOnlyRefused(pickle, CheckpointFuzzTest::torchFile);
  }

  private static byte[] torchFile(byte[] pickle) {
    return TorchFile.of(pickle).floats("0", 1, 2, 3, 4, 5, 6).with("data/1", new byte[4]).bytes();
  }

  private void assertOnlyRefused(byte[] valid, UnaryOperator<byte[]> wrap) throws IOException {
    Path path = folder.resolve("mutated");
    Checkpoint.read(Files.write(path, wrap.apply(valid))).close();
    var random = new Random(20_260_101);
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutated = mutate(valid, random);
      Files.write(path, wrap.apply(mutated));
      try (Checkpoint checkpoint = Checkpoint.read(path)) {
        for (Tensor tensor : checkpoint.tensors().values()) {
          touch(tensor);
        }
      } catch (CheckpointException e) {
        refused++;
        if (e.getMessage().contains("\n")) {
          fail("mutation %d: more than one line: %s".formatted(i, e.getMessage()));
        }
      } catch (Throwable e) {
        fail("mutation %d: %s".formatted(i, Arrays.toString(mutated)), e);
      }
    }
    assertTrue(refused > MUTATIONS / 4, "only %d refused".formatted(refused));
  }

  /** Reads every number, so that a view beyond its memory would show. */
  private static void touch(Tensor tensor) {
    try (var scope = new Scope()) {
      tensor.to(ScalarType.Double).sum().item_double();
    }
  }

  private static byte[] mutate(byte[] valid, Random random) {
    byte[] bytes = valid.clone();
    switch (random.nextInt(5)) {
      case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      case 1 -> {
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
      }
      case 2 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      case 3 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(64));
      default -> {
        int length = 1 + random.nextInt(16);
        int from = random.nextInt(bytes.length - length);
        int to = random.nextInt(bytes.length - length);
        System.arraycopy(bytes, from, bytes, to, length);
      }
    }
    return bytes;
  }
}
