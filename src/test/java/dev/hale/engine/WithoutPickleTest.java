package dev.hale.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hale.engine.TorchFile.Pickle;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that left out the optional dependency. */
@Tag("slow")
final class WithoutPickleTest {
  @TempDir Path folder;

  static final class Child {
    public static void main(String[] arguments) {
      try {
        Checkpoint.read(Path.of(arguments[0])).close();
        System.out.print("read");
      } catch (CheckpointException e) {
        System.out.print(e.getMessage());
      }
    }
  }

  @Test
  void aPyTorchCheckpointIsRefusedWithWhatIsMissing() throws Exception {
    Path file = folder.resolve("model.pt");
    Files.write(file, TorchFile.of(new Pickle().orderedDict().stop()).bytes());
    String path = System.getProperty("java.class.path");
    String reduced =
        Arrays.stream(path.split(File.pathSeparator, -1))
            .filter(jar -> !Path.of(jar).getFileName().toString().startsWith("pickle-"))
            .collect(Collectors.joining(File.pathSeparator));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process child =
        new ProcessBuilder(List.of(java, "-cp", reduced, Child.class.getName(), file.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(child.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, child.waitFor());
    assertEquals(
        file
            + ": a PyTorch checkpoint, which is read with net.razorvine:pickle;"
            + " it is not on the class path",
        printed);
  }
}
