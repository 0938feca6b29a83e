package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.model.CriticConfig;
import dev.hale.model.NetworkFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertCommandTest {
  @TempDir Path folder;
  private Path in;
  private Path out;

  @BeforeEach
  void makeInput() throws IOException {
    in = written("in.safetensors", 1, "module.a", "module.b");
    out = folder.resolve("out.safetensors");
  }

  /** A safetensors file of tensors {@code [1]} that all have that value. */
  private Path written(String file, float value, String... names) throws IOException {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < names.length; i++) {
      header.append(
          "%s\"%s\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%d,%d]}"
              .formatted(i == 0 ? "" : ",", names[i], 4 * i, 4 * i + 4));
    }
    byte[] json = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + 4 * names.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    for (int i = 0; i < names.length; i++) {
      bytes.putFloat(value);
    }
    return Files.write(folder.resolve(file), bytes.array());
  }

  private CommandRun convert(Path input, String... options) {
    String[] arguments = new String[options.length + 3];
    arguments[0] = "convert";
    arguments[1] = input.toString();
    arguments[2] = out.toString();
    System.arraycopy(options, 0, arguments, 3, options.length);
    return CommandRun.of(arguments);
  }

  @Test
  void whatWasTakenOffTheNamesIsSaid() {
    assertEquals(
        """
        Wrote %s: 2 tensors, 2 numbers
        Taken off the names: module.
        """
            .formatted(out),
        convert(in).out());
  }

  @Test
  void whatLacksThePrefixIsSaidToBeLeftOut() throws IOException {
    Path two = written("two.safetensors", 1, "net.a", "loss.b");
    assertEquals(
        """
        Wrote %s: 1 tensors, 1 numbers
        Taken off the names: net.
        Left out: loss.b
        """
            .formatted(out),
        convert(two, "--strip-prefix", "net").out());
  }

  @Test
  void weightsThatAreNotFiniteAreConvertedWithAWarning() throws IOException {
    CommandRun run = convert(written("nan.safetensors", Float.NaN, "a"));
    assertEquals(0, run.exit());
    assertEquals(
        "hale: warning: NaN or infinite numbers in a: hale opens no network with such weights\n",
        run.err());
  }

  @Test
  void weightsThatDoNotFitTheConfigurationAreConvertedWithAWarning() throws IOException {
    Path config = folder.resolve("c.json");
    Files.writeString(config, NetworkFile.config("critic", CriticConfig.published(4)).toString());
    CommandRun run = convert(in, "--config", config.toString());
    assertEquals(0, run.exit());
    assertTrue(
        run.err().startsWith("hale: warning: %s: the checkpoint does not fit".formatted(out)),
        run.err());
  }

  @Test
  void aFileThatCannotBeWrittenIsNoDamagedModel() {
    out = folder.resolve("none").resolve("out.safetensors");
    CommandRun run = convert(in);
    assertEquals(ExitCode.DATA.code(), run.exit());
    assertTrue(run.err().endsWith("cannot be written, there is no such folder\n"), run.err());
  }

  @Test
  void aPrefixThatNoNameHasIsRefused() {
    CommandRun run = convert(in, "--strip-prefix", "net.");
    assertEquals(ExitCode.MODEL.code(), run.exit());
    assertTrue(run.err().endsWith("there are module.a, module.b\n"), run.err());
    assertFalse(Files.exists(out));
  }

  @Test
  void anUnknownNumberFormatIsAWrongOption() {
    assertEquals(ExitCode.USAGE.code(), convert(in, "--format", "f8").exit());
  }

  @Test
  void aConfigurationThatIsNoJsonIsNamed() throws IOException {
    Path config = Files.writeString(folder.resolve("c.json"), "[]");
    CommandRun run = convert(in, "--config", config.toString());
    assertEquals(ExitCode.DATA.code(), run.exit());
    assertEquals("hale: " + config + ": the config is not a JSON object\n", run.err());
  }
}
