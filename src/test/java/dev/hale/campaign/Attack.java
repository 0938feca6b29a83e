package dev.hale.campaign;

import dev.hale.HaleException;
import dev.hale.campaign.Mutator.Mutant;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Lets a reader read mutants, and says of each that it should have met otherwise how to repeat it.
 */
final class Attack {
  private static final long SLOWEST = 5_000_000_000L;
  private static final int LONGEST_MESSAGE = 2_100;
  private static final int MOST_FAILURES = 20;

  private final Target target;
  private final Map<String, String> failures = new LinkedHashMap<>(); // by kind, the first of each
  private volatile long seed;
  private volatile long began = System.nanoTime();
  private long refused;
  private long read;
  private long failed;
  private long slowest;

  private Attack(Target target) {
    this.target = target;
  }

  /**
   * What came of it.
   *
   * @param slowest nanoseconds of one mutant
   * @param failures lines for people; empty where all went well
   */
  record Tally(
      String reader, long refused, long read, double seconds, double slowest, String failures) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "| %s | %d | %d | %d | %.1f | %.3f |",
          reader,
          refused + read,
          refused,
          read,
          seconds,
          slowest);
    }
  }

  /** Reads the mutants of these seeds. */
  static Tally on(Target target, long first, long count) throws Exception {
    return new Attack(target).run(first, count);
  }

  private Tally run(long first, long count) throws Exception {
    for (byte[] sound : target.seeds()) {
      byte[] written = target.wrap().apply(sound);
      Files.write(target.file(), written);
      target.reading().read(written);
    }
    long start = System.nanoTime();
    Thread reader = new Thread(() -> attack(first, count), target.name());
    reader.setDaemon(true);
    began = System.nanoTime();
    reader.start();
    while (reader.isAlive()) {
      reader.join(200);
      if (reader.isAlive() && System.nanoTime() - began > 2 * SLOWEST) {
        throw new AssertionError(
            where(seed, "")
                + " hangs:\n"
                + Arrays.stream(reader.getStackTrace())
                    .map(frame -> "  at " + frame)
                    .collect(Collectors.joining("\n")));
      }
    }
    Files.deleteIfExists(target.file());
    return new Tally(
        target.name(),
        refused,
        read,
        (System.nanoTime() - start) / 1e9,
        slowest / 1e9,
        failures.values().stream().collect(Collectors.joining("\n"))
            + (failed == 0 ? "" : "\n%d mutants in all".formatted(failed)));
  }

  private void attack(long first, long count) {
    for (long n = first; n < first + count && failures.size() < MOST_FAILURES; n++) {
      began = System.nanoTime();
      seed = n;
      byte[] sound = target.seeds().get((int) (n % target.seeds().size()));
      byte[] other = target.seeds().get((int) ((n / 7) % target.seeds().size()));
      Mutant mutant = Mutator.of(sound, other, n);
      try {
        one(mutant);
      } catch (Throwable e) {
        fail(mutant, e.getClass().getSimpleName() + at(e), e.toString() + at(e));
      }
      long took = System.nanoTime() - began;
      slowest = Math.max(slowest, took);
      if (took > SLOWEST) {
        fail(mutant, "slow", "took %.1f s".formatted(took / 1e9));
      }
    }
  }

  private void one(Mutant mutant) throws Exception {
    byte[] written = target.wrap().apply(mutant.bytes());
    Files.deleteIfExists(
        target.file()); // ext4 waits for the disk where a file is cut and rewritten
    Files.write(target.file(), written);
    try {
      target.reading().read(written);
      read++;
    } catch (HaleException e) {
      refused++;
      String wrong = wrong(String.valueOf(e.getMessage()));
      if (!wrong.isEmpty()) {
        fail(mutant, wrong + at(e), "the message %s: %s%s".formatted(wrong, e.getMessage(), at(e)));
      }
    } catch (IOException e) {
      throw new IllegalStateException("not a HaleException: " + e, e);
    }
  }

  /** What is wrong with a message; empty where nothing is. */
  private String wrong(String message) {
    if (message.lines().count() != 1) {
      return "has several lines";
    }
    String name = target.file().getFileName().toString();
    if (!message.contains(name.substring(0, name.lastIndexOf('.') + 1))) { // of pairs either half
      return "does not name the file";
    }
    return message.length() > LONGEST_MESSAGE ? "is very long" : "";
  }

  private void fail(Mutant mutant, String kind, String what) {
    failed++;
    String shown = what.length() > 1000 ? what.substring(0, 1000) + "…" : what;
    failures.putIfAbsent(kind, where(seed, mutant.how()) + ": " + shown);
  }

  private String where(long number, String how) {
    return "%s, seed %d (-Dhale.campaign.reader='%s' -Dhale.campaign.seed=%d), %s"
        .formatted(target.name(), number, target.name(), number, how);
  }

  private static String at(Throwable e) {
    Throwable deepest = e;
    while (deepest.getCause() != null && deepest instanceof HaleException) {
      deepest = deepest.getCause();
    }
    return Arrays.stream(deepest.getStackTrace())
        .filter(frame -> frame.getClassName().startsWith("dev.hale"))
        .findFirst()
        .map(frame -> " at " + frame)
        .orElse("");
  }
}
