package dev.hale.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The commands by name, in the order of the manual. To make one is to look at dozens of options,
 * which takes longer than all else that a short command does: where a line names one, that alone is
 * made, and for their list their headers are enough.
 */
final class Commands {
  private static final Map<String, Class<?>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("demo", DemoCommand.class);
    ALL.put("detect", DetectCommand.class);
    ALL.put("attribute", AttributeCommand.class);
    ALL.put("score", ScoreCommand.class);
    ALL.put("prepare", PrepareCommand.class);
    ALL.put("data", DataCommand.class);
    ALL.put("train", TrainCommand.class);
    ALL.put("calibrate", CalibrateCommand.class);
    ALL.put("sample", SampleCommand.class);
    ALL.put("experiment", ExperimentCommand.class);
    ALL.put("phantom", PhantomCommand.class);
    ALL.put("convert", ConvertCommand.class);
    ALL.put("profile", ProfileCommand.class);
    ALL.put("info", InfoCommand.class);
    ALL.put("completion", CompletionCommand.class);
    ALL.put("help", HelpCommand.class);
  }

  private static final Set<String> ABOUT_OTHERS = Set.of("completion", "help");
  private static final Set<String> HELP = Set.of("-h", "--help");
  private static final Set<String> VERSION = Set.of("-V", "--version");

  private Commands() {}

  static Set<String> names() {
    return ALL.keySet();
  }

  static void addAll(CommandLine hale) {
    ALL.keySet().forEach(name -> add(hale, name));
  }

  /** Adds what these arguments of the program may run or list. */
  static void addFor(CommandLine hale, List<String> arguments) {
    Optional<String> named = arguments.stream().filter(word -> !word.startsWith("-")).findFirst();
    if (named.isPresent() && ALL.containsKey(named.get()) && !ABOUT_OTHERS.contains(named.get())) {
      add(hale, named.get());
    } else if (HELP.containsAll(arguments)) { // or there is none
      ALL.forEach((name, type) -> hale.addSubcommand(name, outline(name, type)));
    } else if (!VERSION.containsAll(arguments)) {
      addAll(hale);
    }
  }

  private static void add(CommandLine hale, String name) {
    hale.addSubcommand(name, ALL.get(name));
    if (name.equals("train")) {
      TrainCommand.addNetworks(hale.getSubcommands().get(name));
    }
  }

  private static CommandSpec outline(String name, Class<?> type) {
    CommandSpec outline = CommandSpec.create().name(name);
    outline.usageMessage().header(type.getAnnotation(Command.class).header());
    return outline;
  }
}
