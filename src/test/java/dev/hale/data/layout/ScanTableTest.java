package dev.hale.data.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.data.prepared.Split;
import dev.hale.scan.DataException;
import dev.hale.scan.WantedChannels;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
    assertTrue(
        header
            .getMessage()
            .endsWith(
                "has no column T2; its columns, separated by commas, are subject, FLAIR, T1,"
                    + " label; expected subject, FLAIR, T1, T2, and mask or label"),
        header.getMessage());
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
    String expected = "; expected subject, FLAIR, T1, and mask or label";
    fails(
        "has no column T1; its columns, separated by commas, are subject, FLAIR, label" + expected,
        "subject,FLAIR,label");
    fails(
        "has neither a column mask nor a column label; its columns, separated by semicolons, are"
            + " subject, FLAIR, T1"
            + expected,
        "subject;FLAIR;T1");
    fails(
        "manifest.csv:2: has 3 fields separated by tabs, the header 4",
        "subject\tFLAIR\tT1\tlabel",
        "a\tb\tc");
    fails(
        "manifest.csv:2: T1 is no path: Nul character not allowed",
        "subject,FLAIR,T1,label",
        "a,b,\0,1");
    fails("manifest.csv:1: column flair is there twice", "subject,FLAIR,T1,label,flair");
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

  /** What Excel and LibreOffice write in several countries, each as bytes. */
  @Test
  void tablesOfSpreadsheetsAreRead() throws IOException {
    Files.createFile(folder.resolve("ä.nii.gz"));
    List<String> rows =
        List.of("Subject,flair,T1,LABEL,Site", "x, ä.nii.gz ,ä.nii.gz,1.0,Köln", "");
    List<String> commas = new ArrayList<>(rows);
    commas.add("y,ä.nii.gz,ä.nii.gz,0,,,,");
    commas.add(",,,,");
    String text = String.join("\r\n", commas);
    String semicolons = text.replace(',', ';').replace("1.0", "1,0");
    String blanks =
        "subject  FLAIR T1 label Site\nx ä.nii.gz  ä.nii.gz 1 Köln\ny ä.nii.gz ä.nii.gz 0 -\n";
    Charset latin = Charset.forName("windows-1252");
    Map<String, byte[]> written = new LinkedHashMap<>();
    written.put("UTF-8", text.getBytes(StandardCharsets.UTF_8));
    written.put("UTF-8 with a mark", ("\ufeff" + text).getBytes(StandardCharsets.UTF_8));
    written.put("UTF-16 with a mark", ("\ufeff" + text).getBytes(StandardCharsets.UTF_16LE));
    written.put("UTF-16BE", text.getBytes(StandardCharsets.UTF_16BE));
    written.put("UTF-16LE", text.getBytes(StandardCharsets.UTF_16LE));
    written.put("Latin", text.getBytes(latin));
    written.put("semicolons", semicolons.getBytes(latin));
    written.put("tabs", text.replace(',', '\t').getBytes(StandardCharsets.UTF_8));
    written.put("old Macs' lines", text.replace("\r\n", "\r").getBytes(StandardCharsets.UTF_8));
    written.put("sep=", ("sep=|\r\n" + text.replace(',', '|')).getBytes(StandardCharsets.UTF_8));
    written.put("blanks", blanks.getBytes(StandardCharsets.UTF_8));
    Path file = folder.resolve("t.csv");
    for (Map.Entry<String, byte[]> table : written.entrySet()) {
      Files.write(file, table.getValue());
      List<SubjectFiles> found =
          ScanTable.read(file, WantedChannels.all(List.of("FLAIR", "T1"))).subjects();
      assertEquals(
          List.of("x", "y"), found.stream().map(SubjectFiles::subject).toList(), table.getKey());
      assertEquals(OptionalInt.of(1), found.get(0).label(), table.getKey());
      assertEquals(folder.resolve("ä.nii.gz"), found.get(0).channels().get("FLAIR"));
      assertEquals(Map.of("Site", "Köln"), found.get(0).columns(), table.getKey());
    }
  }
}
