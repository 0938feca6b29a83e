package dev.hale.cli;

/** Runs a command in the language of its process, as a program that embeds hale would. */
public final class InOwnLanguage {
  private InOwnLanguage() {}

  public static void main(String[] arguments) {
    System.exit(Main.run(Console.ofProcess(), arguments));
  }
}
