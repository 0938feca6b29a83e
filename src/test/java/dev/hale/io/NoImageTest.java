package dev.hale.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.scan.DataException;
import dev.hale.scan.Grid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoImageTest {
  private static final String ANNEX =
      "annex link whose content is not here; fetch it: git annex get";

  @TempDir Path folder;

  private Path link(String name, String target) throws IOException {
    return Files.createSymbolicLink(folder.resolve(name), Path.of(target));
  }

  private Path text(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  /** The reader refuses with the file's name and the reason. */
  private void refused(String reason, Path file) {
    assertTrue(NoImage.isThere(file));
    String message =
        assertThrows(DataException.class, () -> ScanReader.read(List.of(file))).getMessage();
    assertEquals(file + ": " + NoImage.reason(file), message);
    assertTrue(message.contains(reason) && !message.contains("\n"), message);
  }

  @Test
  void linksToNothingAreNamedWithTheRemedy() throws IOException {
    refused(
        "is a git-" + ANNEX + " a_FLAIR.nii.gz, or datalad get a_FLAIR.nii.gz",
        link("a_FLAIR.nii.gz", "../.git/annex/objects/xX/yY/MD5E-s1--0.nii.gz/MD5E-s1--0.nii.gz"));
    refused("is a link to nothing (/mnt/gone/b.nii)", link("b.nii", "/mnt/gone/b.nii"));
    refused("is a link to nothing (c.png)", link("c.png", "c.png"));
    Path npy = link("d.npy", "nowhere");
    assertThrows(DataException.class, () -> Npy.read(npy));
  }

  @Test
  void pointersInThePlaceOfImagesAreNamedWithTheRemedy() throws IOException {
    refused(
        "is a git-annex pointer, its content is not here; fetch it: git annex get a.nii.gz",
        text("a.nii.gz", "/annex/objects/MD5E-s1048--0123456789abcdef.nii.gz\n"));
    refused(
        "is a git-annex pointer",
        text("b.nii.gz", "../.git/annex/objects/xX/yY/MD5E-s1--0.nii.gz/MD5E-s1--0.nii.gz"));
    refused(
        "is a git-lfs pointer, its content is not here; fetch it: git lfs pull",
        text("c.png", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"));
  }

  @Test
  void halvesOfPairsAreNamedWithWhatIsMissing() throws IOException {
    refused("is half of an .hdr/.img pair, and a_FLAIR.img is not there", text("a_FLAIR.hdr", ""));
    refused(
        "is half of an .hdr/.img pair, and b_FLAIR.hdr is not there", text("b_FLAIR.IMG.gz", ""));
    link("c.img", "../.git/annex/objects/1.img");
    refused("whose other half is a git-annex link", text("c.hdr", ""));
  }

  @Test
  void imagesAndFilesThatAreNotThereAreNoneOfThese() throws IOException {
    Path image = folder.resolve("a.nii.gz");
    Nifti.writeMask(image, Grid.ofSpacing(2, 2, 1, 1, 1, 1), new byte[4]);
    assertNull(NoImage.reason(image));
    assertNull(NoImage.reason(link("link.nii.gz", image.toString())));
    assertNull(NoImage.reason(folder.resolve("none.nii")));
    assertNull(NoImage.reason(folder));
    assertFalse(NoImage.isThere(folder.resolve("none.nii")));
    assertFalse(NoImage.isThere(folder));
  }

  @Test
  void linksToFoldersThatAreNotThereAreToldByTheirNames() throws IOException {
    assertTrue(NoImage.isLostFolder(link("sub-01", "/mnt/gone/sub-01")));
    assertTrue(NoImage.isLostFolder(link("patient.07", "/mnt/gone/7")));
    assertFalse(NoImage.isLostFolder(link("sub-01.json", "/mnt/gone/sub-01.json")));
    assertFalse(NoImage.isLostFolder(link(".cache", "/mnt/gone/cache")));
    assertFalse(NoImage.isLostFolder(link("README", ".git/annex/objects/xX/yY/MD5-s1--0")));
    assertFalse(NoImage.isLostFolder(link("here", folder.toString())));
  }
}
