package dev.hale.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.scan.DataException;
import dev.hale.scan.WantedChannels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Empty files are enough: only names are looked at. */
final class SubjectSearchTest {
  @TempDir Path root;

  @Test
  void whatAStoreListsIsFoundAsOnDisk() throws IOException {
    touch("b/scan one/FLAIR.nii.gz", "b/scan one/t1.nii", "b/scan one/brain.nii.gz");
    touch("a/sub-01_FLAIR.nii.gz", "a/sub-01_T1.nii.gz", "a/sub-01_brain.nii.gz");
    touch("a/notes.txt", "a/.hidden/FLAIR.nii.gz", "other/CT.nii.gz");
    touch("old/FLAIR.nii.gz", "old/detection.json", "out/x/FLAIR.nii.gz");
    List<SubjectRow> local = find("file:", null);
    List<SubjectRow> listed = find("objects:", null);
    assertEquals(List.of("sub-01", "scan one"), local.stream().map(SubjectRow::getName).toList());
    for (int row = 0; row < 2; row++) {
      assertEquals(local.get(row).getName(), listed.get(row).getName());
      assertEquals(local.get(row).getChannels(), listed.get(row).getChannels());
      assertEquals(local.get(row).getPrefix(), listed.get(row).getPrefix());
      assertEquals(inStore(local.get(row).getFiles()), listed.get(row).getFiles());
      assertEquals(
          local.get(row).getBrain().replace("file:", "objects:"), listed.get(row).getBrain());
    }
  }

  @Test
  void masksCalledBrainAreTakenWhereEverySubjectHasOne() throws IOException {
    touch("a/FLAIR.nii", "a/T1.nii", "a/brain.nii", "b/FLAIR.nii", "b/T1.nii");
    for (String scheme : List.of("file:", "objects:")) {
      assertNull(find(scheme, null).get(0).getBrain());
      assertEquals(scheme + root + "/a/brain.nii", find(scheme, "brain").get(0).getBrain());
      assertNull(find(scheme, "brain").get(1).getBrain());
      String common = scheme + root + "/a/brain.nii";
      assertEquals(common, find(scheme, common).get(1).getBrain());
      assertNull(find(scheme, "whole").get(0).getBrain());
    }
  }

  @Test
  void aStoreWithoutImagesIsNamed() throws IOException {
    touch("a/notes.txt");
    DataException error = assertThrows(DataException.class, () -> find("objects:", null));
    assertTrue(error.getMessage().contains("FLAIR, T1"), error.getMessage());
  }

  private List<SubjectRow> find(String scheme, String brain) {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.objects.impl", ObjectStore.class.getName());
    DetectionJob job =
        new DetectionJob(null, null, "intensity", 1, List.of(), brain, scheme + root + "/out");
    WantedChannels wanted = WantedChannels.all(List.of("FLAIR", "T1"));
    return new SubjectSearch(wanted, Map.of(), job, hadoop).find(List.of(scheme + root));
  }

  private static List<String> inStore(List<String> files) {
    return files.stream().map(file -> file.replace("file:", "objects:")).toList();
  }

  private void touch(String... files) throws IOException {
    for (String file : files) {
      Path path = root.resolve(file);
      Files.createDirectories(path.getParent());
      Files.createFile(path);
    }
  }
}
