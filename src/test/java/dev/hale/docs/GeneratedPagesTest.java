package dev.hale.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.hale.architecture.ArchitectureReference;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class GeneratedPagesTest {
  @TestFactory
  Stream<DynamicTest> aPageThatIsMadeFromTheCodeSaysWhatTheCodeDoes() {
    return GeneratedPages.all().entrySet().stream()
        .map(
            page ->
                dynamicTest(
                    page.getKey().toString(),
                    () ->
                        assertEquals(
                            page.getValue(),
                            GeneratedPages.text(page.getKey()),
                            page.getKey() + " is stale: run " + GeneratedPages.COMMAND)));
  }

  @Test
  void aChangedLocaleChangesNoPage() {
    Locale before = Locale.getDefault();
    var pages = GeneratedPages.all();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertEquals(pages, GeneratedPages.all());
    } finally {
      Locale.setDefault(before);
    }
  }

  @TestFactory
  Stream<DynamicTest> everyPackageSaysWhatItIsForAndWhatNot() {
    SourceComments comments = new SourceComments(GeneratedPages.SOURCES);
    List<String> packages = ArchitectureReference.packages(GeneratedPages.SOURCES);
    assertTrue(packages.contains("dev.hale.scan"), packages.toString());
    return packages.stream()
        .map(
            name ->
                dynamicTest(
                    name,
                    () -> {
                      String sentence = comments.packageSentence(name);
                      assertTrue(sentence.endsWith("."), sentence);
                      assertFalse(
                          comments.packageText(name).equals(sentence),
                          "one sentence is too few: also say what the package is not for");
                    }));
  }
}
