package dev.hale.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hale.scan.DataException;
import dev.hale.scan.WantedChannels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SubjectFolderTest {
  @TempDir Path root;

  @Test
  void subjectsAreNamedAsDetectionNamesThem() throws IOException {
    for (String subject : List.of("subj01/anat", "subj02/anat", "subj03/pre")) {
      Files.createFile(Files.createDirectories(root.resolve(subject)).resolve("FLAIR.nii"));
    }
    List<Path> subjects =
        List.of(root.resolve("subj01"), root.resolve("subj02"), root.resolve("subj03/pre"));
    List<String> channels = List.of("FLAIR");
    ScanSearch search = new ScanSearch(WantedChannels.all(channels), Map.of());
    List<String> expected = List.of("subj01_anat", "subj02_anat", "pre");
    assertEquals(
        expected,
        search.find(subjects, folder -> false).scans().stream().map(ScanFiles::name).toList());
    assertEquals(
        expected, SubjectFolder.in(subjects, channels).stream().map(SubjectFolder::name).toList());
    assertThrows(
        DataException.class,
        () -> SubjectFolder.in(List.of(subjects.get(0), subjects.get(0)), channels));
  }
}
