package dev.hale.campaign;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.TinyModel;
import dev.hale.diffusion.DiffusionSettings;
import dev.hale.engine.Checkpoint;
import dev.hale.engine.SafeTensors;
import dev.hale.engine.Scope;
import dev.hale.engine.TorchFile;
import dev.hale.engine.TorchFile.Pickle;
import dev.hale.model.NetworkFile;
import dev.hale.scan.Preprocessing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Files of weights: safetensors, PyTorch's, and what networks say of themselves in them. */
final class WeightTargets {
  private static final ObjectMapper JSON = new ObjectMapper();

  private WeightTargets() {}

  /** All of them, in that folder. */
  static List<Target> in(Path folder) throws IOException {
    byte[] pickle = pickle();
    byte[] other =
        new Pickle().orderedDict().text("w").tensor("0", 6, 0, six(), one()).raw("s").stop();
    Path torch = folder.resolve("weights.pt");
    return List.of(
        safetensors(folder.resolve("weights.safetensors")),
        Target.of(
            "PyTorch",
            torch,
            List.of(torchFile(pickle), torchFile(other)),
            written -> touch(torch)),
        Target.of("PyTorch, pickle alone", torch, List.of(pickle, other), written -> touch(torch))
            .wrapped(WeightTargets::torchFile),
        description(folder.resolve("network.safetensors")));
  }

  private static Target safetensors(Path file) throws IOException {
    try (Scope scope = new Scope()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("weight", torch.ones(2, 3));
      tensors.put("steps", torch.ones(1).to(ScalarType.Long));
      tensors.put("empty", torch.ones(0, 4).to(ScalarType.BFloat16));
      SafeTensors.write(file, tensors, Map.of("config", "{}"));
      byte[] three = Files.readAllBytes(file);
      SafeTensors.write(file, Map.of("w", torch.ones(4)), Map.of());
      byte[] one = Files.readAllBytes(file);
      return Target.of("safetensors", file, List.of(three, one), written -> touch(file));
    }
  }

  private static long[] six() {
    return new long[] {6};
  }

  private static long[] one() {
    return new long[] {1};
  }

  private static byte[] pickle() {
    return new Pickle()
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

  private static byte[] torchFile(byte[] pickle) {
    return TorchFile.of(pickle).floats("0", 1, 2, 3, 4, 5, 6).with("data/1", new byte[4]).bytes();
  }

  /** Reads every number, so that a view beyond its memory would show. */
  private static void touch(Path file) {
    try (Checkpoint checkpoint = Checkpoint.read(file);
        Scope scope = new Scope()) {
      for (Tensor tensor : checkpoint.tensors().values()) {
        tensor.to(ScalarType.Double).sum().item_double();
      }
    }
  }

  /** What a network says of itself, before sound weights. */
  private static Target description(Path file) throws IOException {
    Path model = TinyModel.write(file.resolveSibling("model"), "FLAIR", "T1");
    Path weights = model.resolve("diffusion.safetensors");
    byte[] whole = Files.readAllBytes(weights);
    byte[] config;
    try (NetworkFile unet = NetworkFile.readUNet(weights)) {
      config = unet.config().toString().getBytes(StandardCharsets.UTF_8);
    }
    return Target.of(
            "network's description",
            file,
            List.of(config),
            written -> {
              try (NetworkFile network = NetworkFile.readUNet(file)) {
                network.unet();
                network.section("preprocessing", Preprocessing.class);
                network.section("diffusion", DiffusionSettings.class);
              }
            })
        .wrapped(text -> described(whole, text))
        .withShare(1);
  }

  /** The file with another description. */
  private static byte[] described(byte[] whole, byte[] text) {
    ByteBuffer b = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    int length = Math.toIntExact(b.getLong(0));
    try {
      ObjectNode header = (ObjectNode) JSON.readTree(whole, 8, length);
      header.putObject("__metadata__").put("config", new String(text, StandardCharsets.UTF_8));
      byte[] start = JSON.writeValueAsBytes(header);
      int data = whole.length - 8 - length;
      return ByteBuffer.allocate(8 + start.length + data)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putLong(start.length)
          .put(start)
          .put(whole, 8 + length, data)
          .array();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
