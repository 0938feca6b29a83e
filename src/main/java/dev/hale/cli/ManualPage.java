package dev.hale.cli;

import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_DESCRIPTION;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_HEADER;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_OPTION_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_PARAMETER_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_SYNOPSIS;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Lays out every command's help like a manual page, so that commands only supply the words.
 * Paragraphs are wrapped here because picocli breaks lines inside {@code --option}.
 */
final class ManualPage {
  private static final int MARGIN = 2;
  private static final int NARROWEST = 55;
  private static final int WIDEST = 100;
  private static final int WIDEST_TERM = 24;

  private ManualPage() {}

  /** Applies the layout to a command and all commands below it. */
  static void apply(CommandLine command, Console console) {
    UsageMessageSpec page = command.getCommandSpec().usageMessage();
    page.width(Math.max(Math.min(console.columns(), WIDEST), NARROWEST));
    page.headerHeading("@|bold NAME|@%n");
    page.synopsisHeading("%n@|bold SYNOPSIS|@%n");
    page.descriptionHeading("%n@|bold DESCRIPTION|@%n");
    page.parameterListHeading("%n@|bold ARGUMENTS|@%n");
    page.optionListHeading("%n@|bold OPTIONS|@%n");
    page.commandListHeading("%n@|bold COMMANDS|@%n");
    page.exitCodeListHeading("%n@|bold EXIT STATUS|@%n");
    page.exitCodeList(ExitCode.table());
    if (page.footer().length > 0 && page.footerHeading().isEmpty()) {
      page.footerHeading("%n@|bold EXAMPLES|@%n");
    }
    boolean root = command.getParent() == null;
    Map<String, IHelpSectionRenderer> sections = command.getHelpSectionMap();
    sections.put(SECTION_KEY_HEADER, ManualPage::name);
    sections.put(
        SECTION_KEY_SYNOPSIS, help -> paragraph(synopsis(help.commandSpec()), MARGIN, width(help)));
    sections.put(SECTION_KEY_DESCRIPTION, ManualPage::description);
    sections.put(SECTION_KEY_PARAMETER_LIST, ManualPage::parameters);
    sections.put(SECTION_KEY_OPTION_LIST, ManualPage::options);
    sections.put(SECTION_KEY_COMMAND_LIST, ManualPage::commands);
    sections.put(
        SECTION_KEY_EXIT_CODE_LIST,
        root
            ? help -> definitions(help, ExitCode.table())
            : help -> "  0 on success; hale --help lists the rest.\n");
    command.getSubcommands().values().forEach(below -> apply(below, console));
  }

  /** Colours for standard output or standard error: only on a terminal that wants them. */
  static Ansi ansi(Console console, boolean out) {
    boolean terminal = out ? console.outIsTerminal() : console.errIsTerminal();
    return terminal && console.colours() ? Ansi.ON : Ansi.OFF;
  }

  private static String name(Help help) {
    String name = help.commandSpec().qualifiedName() + " - " + summary(help);
    return paragraph(name, MARGIN, width(help));
  }

  private static String summary(Help help) {
    String[] header = help.commandSpec().usageMessage().header();
    return header.length == 0 ? "" : header[0].strip();
  }

  /** What must be said; what may be said stands below, under OPTIONS. */
  static String synopsis(CommandSpec command) {
    StringBuilder line = new StringBuilder(command.qualifiedName());
    line.append(" [OPTION]...");
    for (OptionSpec option : command.options()) {
      if (option.required() && option.group() == null) { // one of a group counts as required
        line.append(' ').append(option.longestName()).append('=').append(option.paramLabel());
      }
    }
    for (PositionalParamSpec parameter : command.positionalParameters()) {
      String label = parameter.paramLabel() + (parameter.arity().max() > 1 ? "..." : "");
      line.append(' ').append(parameter.required() ? label : "[" + label + "]");
    }
    if (!command.subcommands().isEmpty()) {
      line.append(" COMMAND");
    }
    return line.toString();
  }

  private static String description(Help help) {
    StringBuilder text = new StringBuilder();
    for (String paragraph : help.commandSpec().usageMessage().description()) {
      text.append(paragraph(paragraph, MARGIN, width(help)));
    }
    return text.toString();
  }

  private static String parameters(Help help) {
    Map<String, String> definitions = new LinkedHashMap<>();
    help.commandSpec()
        .positionalParameters()
        .forEach(
            parameter ->
                definitions.put(parameter.paramLabel(), String.join(" ", parameter.description())));
    return definitions(help, definitions);
  }

  /** A command's own options in the order of the source, then those that every command has. */
  static List<OptionSpec> options(CommandSpec command) {
    List<OptionSpec> options = new ArrayList<>();
    command.options().stream()
        .filter(option -> !option.inherited())
        .sorted(Comparator.comparingInt(OptionSpec::order))
        .forEach(options::add);
    command.options().stream().filter(OptionSpec::inherited).forEach(options::add);
    options.removeIf(OptionSpec::hidden);
    return options;
  }

  private static String options(Help help) {
    Map<String, String> definitions = new LinkedHashMap<>();
    for (OptionSpec option : options(help.commandSpec())) {
      String value = option.arity().max() > 0 ? "=" + option.paramLabel() : "";
      definitions.put(
          String.join(", ", option.names()) + value, String.join(" ", option.description()));
    }
    return definitions(help, definitions);
  }

  private static String commands(Help help) {
    Map<String, String> definitions = new LinkedHashMap<>();
    help.subcommands().forEach((name, below) -> definitions.put(name, summary(below)));
    return definitions(help, definitions);
  }

  /** Terms on the left, their meanings on the right; a long term gets a line of its own. */
  private static String definitions(Help help, Map<String, String> definitions) {
    int column = MARGIN + MARGIN;
    for (String term : definitions.keySet()) {
      if (term.length() <= WIDEST_TERM) {
        column = Math.max(column, MARGIN + term.length() + MARGIN);
      }
    }
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, String> entry : definitions.entrySet()) {
      String term = entry.getKey();
      String meaning = paragraph(entry.getValue(), column, width(help));
      Object coloured = help.colorScheme().optionText(term);
      text.append(" ".repeat(MARGIN)).append(coloured);
      if (MARGIN + term.length() + MARGIN <= column) {
        text.append(" ".repeat(column - MARGIN - term.length())).append(meaning.stripLeading());
      } else {
        text.append('\n').append(meaning);
      }
    }
    return text.toString();
  }

  private static int width(Help help) {
    return help.commandSpec().usageMessage().width();
  }

  /** Words filled into lines of at most {@code width} characters, each indented. */
  static String paragraph(String words, int indent, int width) {
    StringBuilder text = new StringBuilder();
    StringBuilder line = new StringBuilder();
    for (String word : words.strip().split("\\s+", -1)) {
      if (line.length() > 0 && indent + line.length() + 1 + word.length() > width) {
        text.append(" ".repeat(indent)).append(line).append('\n');
        line.setLength(0);
      }
      line.append(line.length() > 0 ? " " : "").append(word);
    }
    return text.append((" ".repeat(indent) + line).stripTrailing()).append('\n').toString();
  }
}
