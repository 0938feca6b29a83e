package dev.hale.cli;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code docs/reference/cli.md}: every command as picocli's model has it. */
public final class CommandReference {
  private final StringBuilder page = new StringBuilder();

  private CommandReference() {}

  /** The page. */
  public static String page() {
    var nowhere = CommandRun.stream(new ByteArrayOutputStream());
    HaleCommand hale = new HaleCommand(new Console(nowhere, nowhere, false, false, false, 80));
    CommandReference reference = new CommandReference();
    reference.write(Main.commandLine(hale, new ErrorReport(hale)).getCommandSpec());
    return reference.page.toString();
  }

  private void write(CommandSpec hale) {
    line("# Commands");
    line("");
    line("Every command, option and exit code. `hale COMMAND --help` prints the same.");
    line("`--option=VALUE` and `--option VALUE` are the same.");
    line("");
    line("| Command | What it does |");
    line("|---|---|");
    list(hale);
    line("");
    line("## Exit codes");
    line("");
    line("| Code | Meaning |");
    line("|---|---|");
    ExitCode.table().forEach((code, meaning) -> line("| %s | %s |".formatted(code, meaning)));
    line("");
    line("## Environment");
    line("");
    line("```");
    for (String variable : hale.usageMessage().footer()) {
      line(variable.isBlank() ? "" : variable.substring(2));
    }
    line("```");
    line("");
    line("## Options of every command");
    line("");
    options(ManualPage.options(hale));
    below(hale);
  }

  private void list(CommandSpec group) {
    for (CommandSpec command : commands(group)) {
      String name = command.qualifiedName();
      line("| [%s](#%s) | %s |".formatted(name, name.replace(' ', '-'), summary(command)));
      list(command);
    }
  }

  private static List<CommandSpec> commands(CommandSpec group) {
    return group.subcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .filter(command -> !command.usageMessage().hidden())
        .toList();
  }

  private void below(CommandSpec group) {
    for (CommandSpec command : commands(group)) {
      line("");
      line("## " + command.qualifiedName());
      line("");
      line("```");
      line(ManualPage.synopsis(command));
      line("```");
      for (String paragraph : command.usageMessage().description()) {
        if (!paragraph.isBlank()) {
          line("");
          line(text(paragraph));
        }
      }
      arguments(command.positionalParameters());
      List<OptionSpec> own =
          ManualPage.options(command).stream().filter(option -> !option.inherited()).toList();
      if (!own.isEmpty()) {
        line("");
        options(own);
      }
      examples(command.usageMessage().footer());
      below(command);
    }
  }

  private void arguments(List<PositionalParamSpec> arguments) {
    if (arguments.isEmpty()) {
      return;
    }
    line("");
    line("| Argument | Meaning |");
    line("|---|---|");
    arguments.forEach(
        argument ->
            line(
                "| `%s` | %s |"
                    .formatted(
                        argument.paramLabel(), cell(String.join(" ", argument.description())))));
  }

  private void options(List<OptionSpec> options) {
    line("| Option | Meaning |");
    line("|---|---|");
    for (OptionSpec option : options) {
      String value = option.arity().max() > 0 ? "=" + option.paramLabel() : "";
      String names =
          List.of(option.names()).stream()
              .map(name -> "`" + (name.startsWith("--") ? name + value : name) + "`")
              .collect(Collectors.joining(", "));
      line(
          "| %s | %s%s |"
              .formatted(
                  names,
                  cell(String.join(" ", option.description())),
                  option.required() && option.group() == null ? " Required." : ""));
    }
  }

  private void examples(String... lines) {
    if (lines.length == 0) {
      return;
    }
    line("");
    line("```");
    for (String example : lines) {
      line(example.startsWith("  ") ? example.substring(2) : example);
    }
    line("```");
  }

  private static String summary(CommandSpec command) {
    return cell(String.join(" ", command.usageMessage().header()).strip());
  }

  private static String cell(String words) {
    return text(words).replace("|", "\\|");
  }

  /** What a page of plain text says, with nothing in it that Markdown would take for its own. */
  private static String text(String words) {
    return words.strip().replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_");
  }

  private void line(String words) {
    page.append(words.stripTrailing()).append('\n');
  }
}
