package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Commands that are made only where a line needs them behave as if all were there. */
class CommandsTest {
  private static CommandLine all() {
    PrintStream nowhere = CommandRun.stream(new ByteArrayOutputStream());
    HaleCommand hale = new HaleCommand(new Console(nowhere, nowhere, false, false, false, 80));
    return Main.commandLine(hale, new ErrorReport(hale));
  }

  private static Set<String> madeFor(String... arguments) {
    CommandLine line = new CommandLine(new HaleCommand(Console.ofProcess()));
    Commands.addFor(line, List.of(arguments));
    return line.getSubcommands().keySet();
  }

  @Test
  void eachHasTheNameThatItsClassSays() {
    all()
        .getSubcommands()
        .forEach(
            (name, command) -> {
              Class<?> type = command.getCommandSpec().userObject().getClass();
              assertEquals(name, type.getAnnotation(Command.class).name());
            });
  }

  @Test
  void aNamedOneIsMadeAlone() {
    assertEquals(Set.of("detect"), madeFor("-q", "detect", "--model", "x"));
    assertEquals(Set.of(), madeFor("--version"));
    for (String[] line :
        new String[][] {{"help", "detect"}, {"completion"}, {"detekt"}, {"-q"}, {"--help"}, {}}) {
      assertEquals(Commands.names(), madeFor(line), List.of(line).toString());
    }
  }

  @Test
  void pagesAreTheSameAsThoseOfAll() {
    List<String> lines = new ArrayList<>(List.of("--help"));
    Commands.names().forEach(name -> lines.add(name + " --help"));
    for (String line : lines) {
      String page = CommandRun.of(line.split(" ", -1)).out();
      CommandLine command = all();
      if (!line.equals("--help")) {
        command = command.getSubcommands().get(line.substring(0, line.indexOf(' ')));
      }
      assertTrue(page.length() > 200, page);
      assertEquals(command.getUsageMessage(command.getColorScheme()), page, line);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"train diffusion --help", "data show --help", "experiment run --help"})
  void thoseBelowOneAreThere(String line) {
    CommandRun run = CommandRun.of(line.split(" ", -1));
    assertTrue(run.out().startsWith("NAME"), run.out() + run.err());
  }
}
