package dev.hale.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.campaign.Attack.Tally;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a file has become, its reader reads what stands there or refuses it in one line that
 * names it, soon. {@code -Dhale.campaign.mutants} says how many mutants there are in all, {@code
 * -Dhale.campaign.first} the first seed; {@code -Dhale.campaign.reader} with {@code
 * -Dhale.campaign.seed} repeats one.
 */
@Tag("slow")
final class MutantsTest {
  private static final long MUTANTS = Long.getLong("hale.campaign.mutants", 20_000);
  private static final long FIRST = Long.getLong("hale.campaign.first", 0);
  private static final String READER = System.getProperty("hale.campaign.reader", "");
  private static final long SEED = Long.getLong("hale.campaign.seed", -1);

  @TempDir static Path folder;
  private static final List<Target> TARGETS = new ArrayList<>();

  @BeforeAll
  static void makeSoundFiles() throws Exception {
    TARGETS.addAll(ImageTargets.in(Files.createDirectory(folder.resolve("images"))));
    TARGETS.addAll(WeightTargets.in(Files.createDirectory(folder.resolve("weights"))));
    TARGETS.addAll(TextTargets.in(Files.createDirectory(folder.resolve("texts"))));
    TARGETS.addAll(PreparedTargets.in(Files.createDirectory(folder.resolve("sets"))));
  }

  @TestFactory
  List<DynamicTest> mutantsAreReadAsTheyAreOrRefused() {
    int shares = TARGETS.stream().mapToInt(Target::share).sum();
    return TARGETS.stream()
        .filter(target -> READER.isEmpty() || READER.equals(target.name()))
        .map(
            target ->
                DynamicTest.dynamicTest(
                    target.name(), () -> attack(target, MUTANTS * target.share() / shares)))
        .toList();
  }

  private static void attack(Target target, long count) throws Exception {
    Tally tally = SEED < 0 ? Attack.on(target, FIRST, count) : Attack.on(target, SEED, 1);
    System.out.println(tally);
    assertEquals("", tally.failures());
    assertTrue(SEED >= 0 || tally.refused() > count / 10, "hardly any was refused: " + tally);
    assertTrue(SEED >= 0 || count < 500 || tally.read() > 0, "none was read: " + tally);
  }
}
