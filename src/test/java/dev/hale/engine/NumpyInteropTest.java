package dev.hale.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another language reads what we write, by the format's description alone. */
class NumpyInteropTest {
  private static final String SCRIPT =
      """
      import json, struct, sys
      import numpy as np
      raw = open(sys.argv[1], "rb").read()
      (n,) = struct.unpack("<Q", raw[:8])
      assert n % 8 == 0
      header = json.loads(raw[8:8 + n])
      print(header.pop("__metadata__"))
      kinds = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "U8": "u1", "BOOL": "?"}
      for name, entry in header.items():
          begin, end = entry["data_offsets"]
          data = np.frombuffer(raw[8 + n + begin:8 + n + end], kinds[entry["dtype"]])
          print(name, entry["dtype"], data.reshape(entry["shape"]).tolist())
      """;

  @TempDir Path folder;

  @Test
  void numpyReadsWhatWeWrite() throws IOException, InterruptedException {
    assumeTrue(run("import numpy").equals("0 "), "python3 with numpy is not at hand");
    Path path = folder.resolve("m.safetensors");
    try (var scope = new Scope()) {
      Tensor numbers =
          torch.arange(new Scalar(6)).reshape(2, 3).to(ScalarType.Double).sub(new Scalar(2.5));
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("flags", numbers.gt(new Scalar(0)));
      tensors.put("half", numbers.to(ScalarType.Half));
      tensors.put("turned", numbers.to(ScalarType.Float).transpose(0, 1));
      tensors.put("whole", numbers.to(ScalarType.Long));
      tensors.put("scalar", numbers.sum());
      tensors.put("none", torch.empty(0, 2).to(ScalarType.Byte));
      SafeTensors.write(path, tensors, Map.of("config", "{\"width\": 8}"));
    }
    assertEquals(
        """
        0 {'config': '{"width": 8}'}
        flags BOOL [[False, False, False], [True, True, True]]
        half F16 [[-2.5, -1.5, -0.5], [0.5, 1.5, 2.5]]
        turned F32 [[-2.5, 0.5], [-1.5, 1.5], [-0.5, 2.5]]
        whole I64 [[-2, -1, 0], [0, 1, 2]]
        scalar F64 0.0
        none U8 []
        """,
        run(SCRIPT, path.toString()));
  }

  /** Exit status, a space, what the script printed; "absent" where there is no Python. */
  private String run(String script, String... arguments) throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("script.py"), script);
    var command = new ArrayList<>(List.of("python3", file.toString()));
    command.addAll(List.of(arguments));
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return "absent";
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() + " " + output;
  }
}
