package dev.hale.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.scan.DataException;
import dev.hale.scan.WantedChannels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

final class ScanSearchTest {
  @TempDir Path root;

  private final ScanSearch two =
      new ScanSearch(WantedChannels.all(List.of("FLAIR", "T1c")), Map.of());
  private final ScanSearch one = new ScanSearch(WantedChannels.all(List.of("FLAIR")), Map.of());

  @Test
  void aSubjectFolderIsOneScanWhateverTheCase() {
    touch("subject/flair.nii.gz", "subject/T1C.NII", "subject/T1.nii.gz", "subject/seg.nii.gz");
    ScanFiles scan = only(two.find(List.of(root.resolve("subject")), folder -> false));
    assertEquals("subject", scan.name());
    assertEquals(List.of("T1c", "FLAIR"), scan.channels());
    scan.requireChannels(WantedChannels.all(List.of("FLAIR", "T1c")));
  }

  @Test
  void aFolderOfSubjectsIsAScanEachHoweverDeep() {
    touch("a/FLAIR.nii.gz", "a/T1c.nii.gz", "b/anat/b_ses-1_flair.nii", "b/anat/b_ses-1_t1c.nii");
    touch(".hidden/FLAIR.nii.gz", "results/x/FLAIR.nii.gz", "masks/a.nii.gz");
    ScanSearch.Found found =
        two.find(List.of(root), folder -> folder.equals(root.resolve("results")));
    assertEquals(List.of("a", "b_ses-1"), found.scans().stream().map(ScanFiles::name).toList());
    assertEquals(List.of(root.resolve("masks")), found.passedOver());
  }

  @Test
  void filesAreGroupedByWhatPrecedesTheChannel() {
    touch("s1_FLAIR.nii.gz", "s1_T1c.nii.gz", "s2_FLAIR.nii.gz", "s2_T1c.nii.gz", "s2_brain.nii");
    List<ScanFiles> scans =
        two.find(
                List.of(
                    root.resolve("s1_T1c.nii.gz"),
                    root.resolve("s2_T1c.nii.gz"),
                    root.resolve("s1_FLAIR.nii.gz"),
                    root.resolve("s2_FLAIR.nii.gz")),
                folder -> false)
            .scans();
    assertEquals(List.of("s1", "s2"), scans.stream().map(ScanFiles::name).toList());
    assertEquals(root.resolve("s2_brain.nii"), scans.get(1).beside("brain"));
    assertNull(scans.get(0).beside("brain"));
  }

  @Test
  void aRenamedFileIsTakenForTheModelsChannel() {
    touch("p/FLAIR.nii.gz", "p/T1POST.nii.gz", "p/T1c.nii.gz");
    ScanSearch search =
        new ScanSearch(WantedChannels.all(List.of("FLAIR", "T1c")), Map.of("t1post", "T1C"));
    ScanFiles scan = only(search.find(List.of(root), folder -> false));
    assertEquals(List.of("FLAIR", "T1c"), scan.channels());
    assertEquals(root.resolve("p/T1POST.nii.gz"), scan.files().get(1));
    assertError(
        "T1POST cannot become channel T2: model expects FLAIR, T1c",
        () -> new ScanSearch(WantedChannels.all(List.of("FLAIR", "T1c")), Map.of("T1POST", "T2")));
  }

  @Test
  void whatIsMissingIsSaidWithBothSides() {
    touch("p/FLAIR.nii.gz", "p/T2.nii.gz");
    ScanFiles scan = only(two.find(List.of(root), folder -> false));
    assertError(
        "scan p: channels differ: model expects FLAIR, T1c, scan has FLAIR (%s); it lacks T1c"
            .formatted(root.resolve("p/FLAIR.nii.gz")),
        () -> scan.read(WantedChannels.all(List.of("FLAIR", "T1c"))));
    touch("p/T1c.nii", "p/t1c.nii.gz");
    ScanFiles twice = only(two.find(List.of(root), folder -> false));
    assertError(
        "two of its files are channel T1c",
        () -> twice.read(WantedChannels.all(List.of("FLAIR", "T1c"))));
  }

  @Test
  void withOneChannelEveryImageIsAScanUnlessNamesSayOtherwise() {
    touch("x/1.png", "x/2.jpeg", "x/3.nii", "x/3_T2.nii", "x/notes.txt");
    List<ScanFiles> scans = one.find(List.of(root.resolve("x")), folder -> false).scans();
    assertEquals(List.of("1", "2", "3"), scans.stream().map(ScanFiles::name).toList());
    assertEquals(List.of("FLAIR"), scans.get(0).channels());
    assertTrue(scans.get(0).pictures());
    touch("x/9_flair.nii");
    assertEquals("9", only(one.find(List.of(root.resolve("x")), folder -> false)).name());
  }

  @Test
  void anArgumentThatIsNoScanIsAnErrorAtOnce() {
    touch("T2.nii", "a.nii", "text.txt", "empty/readme.md");
    assertError(
        "T2.nii: channels differ: model expects FLAIR",
        () -> one.find(List.of(root.resolve("T2.nii")), folder -> false));
    assertError(
        "a.nii: channels differ: model expects FLAIR, T1c",
        () -> two.find(List.of(root.resolve("a.nii")), folder -> false));
    assertError(
        "text.txt: channels differ",
        () -> one.find(List.of(root.resolve("text.txt")), folder -> false));
    assertError("no image there", () -> one.find(List.of(root.resolve("empty")), folder -> false));
    assertError(
        "no such file", () -> one.find(List.of(root.resolve("missing.nii")), folder -> false));
  }

  @Test
  void whatIsNoImageIsFoundAndFailsWhenItIsRead() throws IOException {
    touch("a/FLAIR.nii.gz", "a/T1c.nii", "b/T1c.nii", "c/c_FLAIR.hdr");
    touch("c/c_T1c.img", "d/FLAIR.nii", "d/FLAIR.hdr", "d/FLAIR.img", "d/T1c.nii");
    Files.createSymbolicLink(root.resolve("b/FLAIR.nii"), root.resolve("annex/objects/1"));
    Files.createSymbolicLink(root.resolve("b/FLAIR.json"), root.resolve("annex/objects/2"));
    Files.createSymbolicLink(root.resolve("e"), root.resolve("mnt/e"));
    List<ScanFiles> scans = two.find(List.of(root), folder -> false).scans();
    assertEquals(List.of("e", "a", "b", "c", "d"), scans.stream().map(ScanFiles::name).toList());
    assertEquals(
        List.of(true, false, true, true, false), scans.stream().map(ScanFiles::isBroken).toList());
    assertEquals(
        List.of(root.resolve("d/FLAIR.nii"), root.resolve("d/T1c.nii")), scans.get(4).files());
    WantedChannels wanted = WantedChannels.all(List.of("FLAIR", "T1c"));
    assertError("FLAIR.nii: is a git-annex link", () -> scans.get(2).read(wanted));
    assertError("c_FLAIR.hdr: is half of an .hdr/.img pair", () -> scans.get(3).read(wanted));
    assertError("e: is a link to nothing", () -> scans.get(0).read(wanted));
  }

  @Test
  void whatIsNamedAndNoImageDoesNotStopTheOthers() throws IOException {
    touch("a_FLAIR.nii", "c_FLAIR.hdr");
    Files.createSymbolicLink(root.resolve("b_FLAIR.nii"), root.resolve("annex/objects/1"));
    Files.createSymbolicLink(root.resolve("d"), root.resolve("mnt/d"));
    List<Path> named =
        Stream.of("a_FLAIR.nii", "b_FLAIR.nii", "c_FLAIR.hdr", "d").map(root::resolve).toList();
    List<ScanFiles> scans = one.find(named, folder -> false).scans();
    assertEquals(
        List.of("a", "b", "c", "d"), scans.stream().map(ScanFiles::name).sorted().toList());
    assertEquals(3, scans.stream().filter(ScanFiles::isBroken).count());
  }

  @Test
  void aMaskThatIsALinkToNothingIsStillTheScansMask() throws IOException {
    touch("a_FLAIR.nii");
    Path mask = root.resolve("a_brain.nii.gz");
    Files.createSymbolicLink(mask, root.resolve("annex/objects/1"));
    assertEquals(mask, only(one.find(List.of(root), folder -> false)).beside("brain"));
  }

  @Test
  void scansOfOneNameAreToldApartByTheFoldersAbove() {
    touch("subj01/anat/FLAIR.nii", "subj02/anat/FLAIR.nii", "subj03/flair/FLAIR.nii");
    assertEquals(List.of("subj01_anat", "subj02_anat", "flair"), names(one, root));
    assertEquals(List.of("anat"), names(one, root.resolve("subj02")));
  }

  @Test
  void noMoreFoldersAreNamedThanItTakes() {
    touch("a/x/s/FLAIR.nii", "b/x/s/FLAIR.nii", "b/y/s/FLAIR.nii", "c/y_s/FLAIR.nii");
    assertEquals(List.of("a_x_s", "b_x_s", "b_y_s", "c_y_s"), names(one, root));
  }

  @Test
  void scansThatAreNamedAfterTheirFilesAreToldApartToo() {
    touch("a/1_FLAIR.nii", "b/1_FLAIR.nii", "c/p/p_FLAIR.nii", "d/P/FLAIR.nii");
    assertEquals(List.of("a_1", "b_1", "c_p", "d_P"), names(one, root));
  }

  @Test
  void scansThatNoFolderTellsApartAreRefused() {
    touch("s/FLAIR.nii", "s/s_FLAIR.nii");
    assertError(
        "two scans are named s: %s and %s; rename one"
            .formatted(root.resolve("s/FLAIR.nii"), root.resolve("s/s_FLAIR.nii")),
        () -> one.find(List.of(root), folder -> false));
  }

  private static List<String> names(ScanSearch search, Path root) {
    return search.find(List.of(root), folder -> false).scans().stream()
        .map(ScanFiles::name)
        .toList();
  }

  @Test
  void namedFilesAreOneScanWhateverTheyAreCalled() {
    touch("p/x.nii", "p/y.nii");
    List<Path> files = List.of(root.resolve("p/x.nii"), root.resolve("p/y.nii"));
    assertEquals("p", two.named(files, List.of("t1c", "FLAIR")).name());
    assertEquals("x", two.named(files.subList(0, 1), List.of("FLAIR", "T1c")).name());
    assertError("it lacks T1c", () -> two.named(files, List.of("FLAIR", "T1")));
    assertError(
        "no such file", () -> two.named(List.of(root.resolve("z.nii")), List.of("FLAIR", "T1c")));
  }

  @Test
  void aLinkThatLeadsBackIsNotFollowedForever() throws IOException {
    touch("p/FLAIR.nii", "p/T1c.nii");
    Files.createSymbolicLink(root.resolve("p/back"), root);
    assertEquals("p", only(two.find(List.of(root), folder -> false)).name());
  }

  @Test
  void filesThatOthersHaveListedAreFoundByTheirNamesAlone() {
    Path bucket = Path.of("/not/here");
    List<Path> listed =
        Stream.of("b/FLAIR.nii", "b/T1c.nii", "a/s_FLAIR.nii", "a/s_t1c.nii", "a/s_brain.nii", "x")
            .map(bucket::resolve)
            .toList();
    List<ScanFiles> scans = two.among(bucket, listed).scans();
    assertEquals(List.of("s", "b"), scans.stream().map(ScanFiles::name).toList());
    assertEquals(bucket.resolve("a/s_brain.nii"), scans.get(0).beside("brain", listed));
    assertNull(scans.get(1).beside("brain", listed));
    assertError(
        "/not/here: no image there is named like", () -> two.among(bucket, List.of(bucket)));
  }

  private void touch(String... names) {
    try {
      for (String name : names) {
        Files.createDirectories(root.resolve(name).getParent());
        Files.writeString(root.resolve(name), "");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ScanFiles only(ScanSearch.Found found) {
    assertEquals(1, found.scans().size(), found.toString());
    return found.scans().get(0);
  }

  private static void assertError(String expected, Executable run) {
    DataException error = assertThrows(DataException.class, run);
    assertTrue(error.getMessage().contains(expected), error.getMessage());
  }
}
