package dev.hale.io;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PortableNameTest {
  private static final Path FOLDER = Path.of("/results/fold/method");

  @Test
  void plainNamesStayAsTheyAre() {
    for (String name :
        List.of("pat0001", "sub-01_ses-2", "P_1", "P 1", "BraTS-GLI-00000-000", "T1+C", "v1.2")) {
      assertEquals(name, PortableName.of(name));
    }
  }

  @Test
  void whatNoFileSystemOrNotEveryOneTakesIsEscaped() {
    assertEquals("M%C3%BCller", PortableName.of("Müller"));
    assertEquals("Mu%CC%88ller", PortableName.of("Mu\u0308ller"), "the same to macOS");
    assertEquals("site%2F1", PortableName.of("site/1"));
    assertEquals("100%25", PortableName.of("100%"));
    assertEquals("%2E", PortableName.of("."));
    assertEquals("%2E.x", PortableName.of("..x"));
    assertEquals("%2E%2E", PortableName.of(".."));
    assertEquals("%20a%20", PortableName.of(" a "));
    assertEquals("%", PortableName.of(""));
    assertEquals("%6Eul.gz", PortableName.of("nul.gz"));
    assertEquals("null", PortableName.of("null"));
    assertEquals("%00", PortableName.of("\0"));
    assertEquals("%F0%9F%A7%A0", PortableName.of("🧠"));
  }

  @Test
  void longNamesAreCutAndStillDiffer() {
    String one = "a".repeat(300) + "1";
    String other = "a".repeat(300) + "2";
    assertEquals(160, PortableName.of(one).length());
    assertTrue(PortableName.of(one).startsWith("aaa"));
    assertNotEquals(PortableName.of(one), PortableName.of(other));
    assertTrue(PortableName.of("ü".repeat(300)).matches("(%C3%BC|%C3)*%-[0-9A-F]{32}"));
  }

  @Property(tries = 500)
  void differentNamesDiffer(@ForAll("names") String one, @ForAll("names") String other) {
    assertEquals(one.equals(other), PortableName.of(one).equals(PortableName.of(other)));
  }

  /** Neighbours: all names of up to three of the characters that are nearest to trouble. */
  @Test
  void shortNamesOfTroublesomeCharactersDiffer() {
    String[] characters = {
      "", ".", " ", "%", "2", "E", "u", "_", "/", "ü", "\ud800", "\udc00", "?"
    };
    Set<String> names = new HashSet<>();
    for (String a : characters) {
      for (String b : characters) {
        for (String c : characters) {
          names.add(a + b + c);
        }
      }
    }
    Set<String> portable = new HashSet<>();
    names.forEach(name -> portable.add(PortableName.of(name)));
    assertEquals(names.size(), portable.size());
  }

  @Property(tries = 500)
  void itIsOneVisibleFileInItsFolder(@ForAll("names") String name) {
    String portable = PortableName.of(name);
    Path file = FOLDER.resolve(portable);
    assertEquals(FOLDER, file.normalize().getParent());
    assertEquals(portable, file.normalize().getFileName().toString());
    assertTrue(portable.matches("[A-Za-z0-9%_+-]|[A-Za-z0-9%_+-][ -~]{0,158}[^. ]"), portable);
    assertTrue(portable.chars().noneMatch(c -> "/\\:*?\"<>|".indexOf(c) >= 0), portable);
  }

  @Test
  void theyAreMadeOnThisFileSystem(@TempDir Path folder) throws IOException {
    List<String> names = List.of("Müller", "Möller", "..", ".", "", "a/b", "x".repeat(400), "P 1");
    for (String name : names) {
      Files.createDirectory(folder.resolve(PortableName.of(name)));
    }
    try (var made = Files.list(folder)) {
      assertEquals(names.size(), made.count());
    }
  }

  @Test
  void namesThatMayFallTogetherAreRefused() {
    assertDoesNotThrow(
        () -> PortableName.requireApart(List.of("P_1", "P 1", "Ü", "ü"), "subjects"));
    assertError("two subjects are called p1; rename one", "p1", "q", "p1");
    assertError("two subjects are called P1 and p1, which many file systems", "P1", "p1");
  }

  private static void assertError(String expected, String... names) {
    DataException error =
        assertThrows(
            DataException.class, () -> PortableName.requireApart(List.of(names), "subjects"));
    assertTrue(error.getMessage().startsWith(expected), error.getMessage());
  }

  @Provide
  Arbitrary<String> names() {
    Arbitrary<String> any = Arbitraries.strings().ofMaxLength(30);
    Arbitrary<String> near =
        Arbitraries.strings().withChars(". %_-+2EuüÜ/\\:NUL\u0308\ud83e\udde0").ofMaxLength(5);
    Arbitrary<String> longOnes =
        Combinators.combine(
                Arbitraries.of("x", "ü", ".", "%C3"), Arbitraries.integers().between(1, 200))
            .as(String::repeat);
    return Arbitraries.oneOf(any, near, longOnes);
  }
}
