package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomSubject;
import dev.hale.io.ScanFiles;
import dev.hale.io.ScanReader;
import dev.hale.io.ScanSearch;
import dev.hale.scan.Scan;
import dev.hale.scan.WantedChannels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
final class PhantomCommandTest {
  private static final List<String> CHANNELS = List.of("FLAIR", "T1", "T1c", "T2");
  @TempDir Path temp;

  @Test
  void whatIsOnDiskIsThePhantom() throws IOException {
    CommandRun run = phantom("--pathology", "ms,healthy", "--subjects", "2", "--json");
    assertEquals(0, run.exit(), run.err());
    PhantomSubject expected = Phantom.subject(Pathology.MS, 7);
    WantedChannels wanted = WantedChannels.all(CHANNELS);
    ScanFiles files =
        new ScanSearch(wanted, Map.of())
            .find(List.of(temp.resolve("ms-7")), folder -> false)
            .scans()
            .get(0);
    assertEquals("ms-7", files.name());
    Scan scan = wanted.of(files.read(wanted));
    assertEquals(expected.scan().channels(), scan.channels());
    assertArrayEquals(expected.scan().voxels(), scan.voxels());
    assertArrayEquals(expected.lesion(), mask(files, "lesion", scan));
    assertArrayEquals(expected.brain(), mask(files, "brain", scan));

    JsonNode result = new ObjectMapper().readTree(run.out());
    assertEquals(2, result.get("written").asInt());
    JsonNode subject = result.get("subjects").get(0);
    assertEquals("ms-7", subject.get("subject").asText());
    String labels = subject.get("sliceLabels").asText();
    for (int k = 0; k < labels.length(); k++) {
      assertEquals(expected.sliceIsDiseased(k), labels.charAt(k) == '1', "slice " + k);
    }
    assertTrue(subject.get("lesionMl").asDouble() > 0);
    assertEquals(0.0, result.get("subjects").get(1).get("lesionMl").asDouble());

    List<String> table = Files.readAllLines(temp.resolve("labels.csv"));
    assertEquals(3, table.size());
    assertTrue(table.get(1).startsWith("ms-7,ms,diseased,7,20,"), table.get(1));
    assertTrue(table.get(2).startsWith("healthy-8,healthy,healthy,8,20,0,'0000"), table.get(2));
    assertEquals(List.of("healthy-8", "labels.csv", "ms-7"), entries());
  }

  private static byte[] mask(ScanFiles files, String stem, Scan scan) {
    return ScanReader.readMask(files.beside(stem), scan.grid(), "scan").voxels();
  }

  @Test
  void aRerunSkipsWhatIsFinishedAndOverwriteDoesNot() throws IOException {
    phantom("--pathology", "glioma", "--subjects", "1");
    Path file = temp.resolve("glioma-7/T1.nii.gz");
    FileTime old = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(file, old);
    String table = Files.readString(temp.resolve("labels.csv"));

    CommandRun again = phantom("--pathology", "glioma", "--subjects", "1");
    assertTrue(again.out().endsWith("Wrote 0 subjects to " + temp + "; 1 were there already.\n"));
    assertEquals(old, Files.getLastModifiedTime(file));
    assertEquals(table, Files.readString(temp.resolve("labels.csv")));

    assertEquals(0, phantom("--pathology", "glioma", "--subjects", "1", "--overwrite").exit());
    assertFalse(Files.getLastModifiedTime(file).equals(old));
    assertEquals(List.of("glioma-7", "labels.csv"), entries());
  }

  @Test
  void theTableKeepsSubjectsOfEarlierRuns() throws IOException {
    phantom("--pathology", "glioma", "--subjects", "1");
    phantom("--pathology", "healthy", "--subjects", "1");
    assertEquals(3, Files.readAllLines(temp.resolve("labels.csv")).size());
  }

  @Test
  void wrongOptionsAreUsageErrors() {
    CommandRun none = phantom("--pathology", "ms", "--subjects", "0");
    assertEquals(ExitCode.USAGE.code(), none.exit());
    assertEquals(
        "hale: --subjects must be at least 1, not 0 (try hale phantom --help)\n", none.err());
    assertEquals(ExitCode.USAGE.code(), phantom("--pathology", "flu").exit());
  }

  @Test
  void anOutputThatCannotBeMadeIsADataError() throws IOException {
    Path file = Files.createFile(temp.resolve("taken"));
    CommandRun run = CommandRun.of("phantom", "--pathology", "ms", "--out", file.toString());
    assertEquals(ExitCode.DATA.code(), run.exit());
    assertEquals(
        "hale: exists already: " + file + "\n", run.err().replaceFirst("(?s)Making.*?\n", ""));
  }

  private CommandRun phantom(String... arguments) {
    return CommandRun.of(
        Stream.concat(
                Stream.of("phantom", "--quiet", "--seed", "7", "--out", temp.toString()),
                Stream.of(arguments))
            .toArray(String[]::new));
  }

  private List<String> entries() throws IOException {
    try (Stream<Path> entries = Files.list(temp)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }
}
