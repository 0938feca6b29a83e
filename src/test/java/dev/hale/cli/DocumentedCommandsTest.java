package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.hale.docs.CodeBlocks;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;

/** Commands that pages show are commands, with options that they have. */
final class DocumentedCommandsTest {
  private static final Pattern OPTION = Pattern.compile("(?<=\\s)--[a-z-]+");

  @TestFactory
  Stream<DynamicTest> everyCommandOfThePagesExists() {
    return CodeBlocks.pages().stream()
        .filter(page -> !page.endsWith("CHANGELOG.md"))
        .map(
            page ->
                dynamicTest(page.toString(), () -> assertEquals(List.of(), mistakes(lines(page)))));
  }

  @Test
  void mistakesAreNoticed() {
    assertEquals(
        List.of("hale detekt", "hale detect --modell", "hale train diffusion --out-dir"),
        mistakes(
            List.of(
                "hale detekt --model M",
                "hale detect --modell M --out out",
                "./hale train diffusion c.yaml --out-dir m   # --no option")));
    assertTrue(lines(Path.of("README.md")).stream().anyMatch(line -> line.contains("detect")));
  }

  private static List<String> lines(Path page) {
    return CodeBlocks.of(page, "").stream()
        .flatMap(block -> block.replace("\\\n", " ").lines())
        .map(String::strip)
        .filter(line -> line.matches("(\\./)?hale [a-z].*"))
        .toList();
  }

  private static List<String> mistakes(List<String> lines) {
    var nowhere = CommandRun.stream(new ByteArrayOutputStream());
    HaleCommand hale = new HaleCommand(new Console(nowhere, nowhere, false, false, false, 80));
    List<String> mistakes = new ArrayList<>();
    for (String line : lines) {
      CommandLine command = Main.commandLine(hale, new ErrorReport(hale));
      String shown = line.replaceAll("\\s#.*", "");
      List<String> words = List.of(shown.split("\\s+", -1));
      for (String word : words.subList(1, words.size())) {
        if (command.getSubcommands().isEmpty()) {
          break;
        }
        if (!command.getSubcommands().containsKey(word)) {
          if (word.matches("[a-z-]+") && !word.startsWith("-")) {
            mistakes.add(command.getCommandSpec().qualifiedName() + " " + word);
          }
          break;
        }
        command = command.getSubcommands().get(word);
      }
      if (command.getSubcommands().isEmpty()) {
        Matcher option = OPTION.matcher(shown);
        while (option.find()) {
          if (!command.getCommandSpec().optionsMap().containsKey(option.group())) {
            mistakes.add(command.getCommandSpec().qualifiedName() + " " + option.group());
          }
        }
      }
    }
    return mistakes;
  }
}
