package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hale.data.prepared.PreparedSetWriter;
import dev.hale.data.prepared.PreparedSlice;
import dev.hale.data.prepared.Split;
import dev.hale.scan.Axis;
import dev.hale.scan.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataShowCommandTest {
  private static final int SIZE = 8;

  @TempDir Path temp;

  @Test
  void slicesAreCountedBySplitLabelAndSubject() throws IOException {
    CommandRun run = show(set(3));
    assertEquals(0, run.exit(), run.err());
    String expected =
        """
        axial images of 8×8 pixels of 2.0 mm, channels FLAIR, T1

        split       subjects  slices  healthy  diseased  with mask
        train              1       4        2         2          4
        validation         1       4        2         2          0
        test               1       4        2         2          4
        all                3      12        6         6          8

        subject  split       slices  healthy  diseased
        s0       train            4        2         2
        s1       validation       4        2         2
        s2       test             4        2         2
        """;
    assertEquals(temp.resolve("set3") + ": " + expected, run.out());
  }

  @Test
  void manySubjectsAreSummedUpUnlessListed() throws IOException {
    Path set = set(24);
    String summary =
        "24 subjects of 4 to 4 slices, 0 of them healthy on every slice; --subjects lists them\n";
    assertTrue(show(set).out().endsWith(summary), show(set).out());
    assertTrue(show(set, "--subjects").out().contains("s23      test"));
    JsonNode result = new ObjectMapper().readTree(show(set, "--json").out());
    assertEquals(24, result.get("subjects").size());
    assertEquals(32, result.get("splits").get("TRAIN").get("slices").asInt());
    assertEquals(48, result.get("total").get("diseased").asInt());
  }

  @Test
  void aContactSheetIsDrawn() throws IOException {
    Path png = temp.resolve("sheet.png");
    CommandRun run =
        show(
            set(3),
            "--out=" + png,
            "--slices=7",
            "--split=train",
            "--channel=T1",
            "--augment=flip=0.5,noise=0.1");
    assertEquals(0, run.exit(), run.err());
    assertTrue(run.out().endsWith("Drew " + png + "\n"), run.out());
    assertTrue(ImageIO.read(png.toFile()).getWidth() > 4 * SIZE);
  }

  @Test
  void wrongOptionsAreUsageErrors() throws IOException {
    Path set = set(3);
    assertUsage("the set has no channel T2; choose from FLAIR, T1", show(set, "--channel=T2"));
    assertUsage("--slices must be at least 1, not 0", show(set, "--slices=0"));
    assertUsage(
        "--augment knows no tilt; choose from flip, rotation, scale, shift, gamma, bias, noise",
        show(set, "--augment=tilt=3"));
  }

  @Test
  void whatIsNoSetIsADataError() {
    CommandRun run = show(temp);
    assertEquals(ExitCode.DATA.code(), run.exit());
    assertEquals("hale: " + temp + " is not a prepared set: it has no set.json\n", run.err());
  }

  private static void assertUsage(String message, CommandRun run) {
    assertEquals(ExitCode.USAGE.code(), run.exit());
    assertTrue(run.err().startsWith("hale: " + message), run.err());
  }

  private static CommandRun show(Path set, String... options) {
    return CommandRun.of(
        Stream.concat(Stream.of("data", "show", set.toString()), Arrays.stream(options))
            .toArray(String[]::new));
  }

  /** Subjects of four slices each, two of them diseased, taking turns at the splits. */
  private Path set(int subjects) throws IOException {
    Path folder = Files.createDirectory(temp.resolve("set" + subjects));
    Preprocessing how = new Preprocessing(List.of("FLAIR", "T1"), SIZE, 2, Axis.AXIAL);
    byte[] brain = new byte[SIZE * SIZE];
    Arrays.fill(brain, (byte) 1);
    try (var writer = new PreparedSetWriter(folder, how)) {
      for (int s = 0; s < subjects; s++) {
        for (int slice = 0; slice < 4; slice++) {
          int label = slice % 2;
          boolean masked = s % 3 != 1;
          byte[] lesion = new byte[SIZE * SIZE];
          lesion[20] = (byte) label;
          OptionalInt voxels = masked ? OptionalInt.of(label) : OptionalInt.empty();
          Split split = List.of(Split.TRAIN, Split.VALIDATION, Split.TEST).get(s % 3);
          writer.add(
              new PreparedSlice("s" + s, slice, split, label, voxels, 1, "nowhere"),
              new float[2 * SIZE * SIZE],
              brain,
              masked ? lesion : null);
        }
      }
      writer.finish(JsonNodeFactory.instance.objectNode());
    }
    return folder;
  }
}
