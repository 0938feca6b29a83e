package dev.hale.data.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.data.prepared.Split;
import dev.hale.scan.DataException;
import dev.hale.scan.WantedChannels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScanTableTest {
  @TempDir Path folder;

  private Found read(String... lines) throws IOException {
    Path file = folder.resolve("manifest.csv");
    Files.write(file, List.of(lines));
    return ScanTable.read(file, WantedChannels.all(List.of("FLAIR", "T1")));
  }

  private void fails(String message, String... lines) {
    DataException e = assertThrows(DataException.class, () -> read(lines));
    assertTrue(e.getMessage().endsWith(message), e.getMessage());
  }

  @Test
  void pathsAreRelativeToTheTable() throws IOException {
    Files.createFile(folder.resolve("a.nii.gz"));
    Files.createDirectory(folder.resolve("more"));
    Files.createFile(folder.resolve("more/b, b.nii.gz"));
    Found found =
        read(
            "subject,patient,T1,FLAIR,label,split",
            "one,p,a.nii.gz,\"more/b, b.nii.gz\",1,test",
            "two,,a.nii.gz,gone.nii.gz,0,");
    SubjectFiles one = found.subjects().get(0);
    assertEquals(List.of("FLAIR", "T1"), List.copyOf(one.channels().keySet()));
    assertEquals(folder.resolve("more/b, b.nii.gz"), one.channels().get("FLAIR"));
    assertEquals("p", one.patient());
    assertEquals(OptionalInt.of(1), one.label());
    assertEquals(Optional.of(Split.TEST), one.split());
    assertEquals("two", found.skipped().get(0).what());
    assertTrue(found.skipped().get(0).reason().contains("gone.nii.gz"));
  }

  @Test
  void fieldsOfOptionalChannelsMayBeEmpty() throws IOException {
    Path file = folder.resolve("manifest.csv");
    Files.createFile(folder.resolve("a.nii.gz"));
    Files.write(
        file, List.of("subject,FLAIR,T1,label", "one,a.nii.gz,,0", "two,a.nii.gz,a.nii.gz,0"));
    List<String> names = List.of("FLAIR", "T1", "T2");
    List<SubjectFiles> found =
        ScanTable.read(file, new WantedChannels(names, List.of("T1", "T2"))).subjects();
    assertEquals(List.of("FLAIR"), List.copyOf(found.get(0).channels().keySet()));
    assertEquals(List.of("FLAIR", "T1"), List.copyOf(found.get(1).channels().keySet()));
    DataException header =
        assertThrows(
            DataException.class,
            () -> ScanTable.read(file, new WantedChannels(names, List.of("T1"))));
    assertTrue(header.getMessage().endsWith("has no column T2"), header.getMessage());
    DataException field =
        assertThrows(
            DataException.class,
            () -> ScanTable.read(file, WantedChannels.all(List.of("FLAIR", "T1"))));
    assertTrue(field.getMessage().endsWith(":2: subject one has no T1"), field.getMessage());
  }

  @Test
  void whatOtherColumnsSayIsKept() throws IOException {
    Files.createFile(folder.resolve("a.nii.gz"));
    List<SubjectFiles> found =
        read(
                "subject,T1,FLAIR,label,site,T2",
                "one,a.nii.gz,a.nii.gz,1, Ulm ,x",
                "two,a.nii.gz,a.nii.gz,0,,")
            .subjects();
    assertEquals(Map.of("site", "Ulm", "T2", "x"), found.get(0).columns());
    assertEquals(Map.of("site", "", "T2", ""), found.get(1).columns());
  }

  @Test
  void filesWithoutContentAreNamedWithTheRemedy() throws IOException {
    Files.createFile(folder.resolve("a.nii.gz"));
    Files.createSymbolicLink(folder.resolve("b.nii.gz"), Path.of(".git/annex/objects/1"));
    Skipped left =
        read("subject,T1,FLAIR,label", "one,a.nii.gz,b.nii.gz,1", "two,a.nii.gz,a.nii.gz,0")
            .skipped()
            .get(0);
    assertTrue(left.failed());
    assertTrue(left.reason().contains("b.nii.gz is a git-annex link"), left.reason());
    assertTrue(left.reason().endsWith("datalad get b.nii.gz"), left.reason());
  }

  @Test
  void mistakesNameTheLine() {
    fails("manifest.csv:1: has no column T1", "subject,FLAIR,label");
    fails("manifest.csv:1: has neither a column mask nor a column label", "subject,FLAIR,T1");
    fails("manifest.csv:2: has 3 fields, the header 4", "subject,FLAIR,T1,label", "a,b,c");
    fails("label is \"2\", expected 0 or 1", "subject,FLAIR,T1,label", "a,b,c,2");
    fails("subject a has no T1", "subject,FLAIR,T1,label", "a,b,,1");
    fails("subject a has neither mask nor label", "subject,FLAIR,T1,mask,label", "a,b,c,,");
    fails(
        "split is \"dev\", expected train, validation or test",
        "subject,FLAIR,T1,label,split",
        "a,b,c,1,dev");
    fails(
        "manifest.csv:3: subject a is there twice", "subject,FLAIR,T1,label", "a,b,c,1", "a,b,c,1");
  }
}
