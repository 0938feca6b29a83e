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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** File names as the data sets have them; the files themselves are empty. */
class LayoutSearchTest {
  @TempDir Path folder;

  private Found find(DatasetLayout layout, List<String> channels, String... files)
      throws IOException {
    for (String file : files) {
      Path path = folder.resolve("data").resolve(file);
      Files.createDirectories(path.getParent());
      Files.createFile(path);
    }
    return LayoutSearch.find(layout, folder.resolve("data"), WantedChannels.all(channels));
  }

  @Test
  void theFolderMayBeALinkAndHoldLinks() throws IOException {
    Path real = folder.resolve("elsewhere/P1");
    Files.createDirectories(real);
    Files.createFile(real.resolve("FLAIR.nii.gz"));
    Files.createFile(real.resolve("seg.nii.gz"));
    Path links = Files.createDirectories(folder.resolve("links"));
    Files.createSymbolicLink(links.resolve("P2"), real);
    for (Path root : List.of(folder.resolve("elsewhere"), links)) {
      Path link = folder.resolve("link-to-" + root.getFileName());
      Files.createSymbolicLink(link, root);
      only(LayoutSearch.find(DatasetLayout.BRATS, link, WantedChannels.all(List.of("FLAIR"))));
    }
  }

  @Test
  void whatCannotBeReadIsNamedWithTheRemedy() throws IOException {
    Path data = folder.resolve("data");
    for (String subject : List.of("a", "b", "c", "d", "e")) {
      Files.createDirectories(data.resolve(subject));
      for (String file : List.of("FLAIR", "T1", "lesion", "brain")) {
        Files.createFile(data.resolve("%s/%s.nii.gz".formatted(subject, file)));
      }
    }
    Path annex = folder.resolve(".git/annex/objects/1.nii.gz");
    for (String file : List.of("b/FLAIR", "c/brain")) {
      Path link = data.resolve(file + ".nii.gz");
      Files.delete(link);
      Files.createSymbolicLink(link, annex);
    }
    Files.delete(data.resolve("d/T1.nii.gz"));
    Files.createFile(data.resolve("d/T1.hdr"));
    Files.createFile(data.resolve("a/T1.hdr"));
    Files.writeString(data.resolve("e/lesion.nii.gz"), "/annex/objects/MD5E-s1--0.nii.gz\n");
    Files.createSymbolicLink(data.resolve("f"), folder.resolve("not-mounted"));
    Found found =
        LayoutSearch.find(DatasetLayout.PHANTOM, data, WantedChannels.all(List.of("FLAIR", "T1")));
    assertEquals(List.of("a"), found.subjects().stream().map(SubjectFiles::subject).toList());
    assertEquals("a/T1.nii.gz", below(found.subjects().get(0).channels().get("T1")));
    String get = "whose content is not here; fetch it: git annex get %1$s, or datalad get %1$s";
    assertEquals(
        List.of(
            new Skipped(
                "b", "b/FLAIR.nii.gz is a git-annex link " + get.formatted("FLAIR.nii.gz"), true),
            new Skipped(
                "c", "c/brain.nii.gz is a git-annex link " + get.formatted("brain.nii.gz"), true),
            new Skipped(
                "d", "d/T1.hdr is half of an .hdr/.img pair, and T1.img is not there", true),
            new Skipped(
                "e",
                "e/lesion.nii.gz is a git-annex pointer, its content is not here; fetch it:"
                    + " git annex get lesion.nii.gz, or datalad get lesion.nii.gz",
                true),
            new Skipped(
                "f",
                "is a link to nothing (%s); put back or mount what it leads to"
                    .formatted(folder.resolve("not-mounted")),
                true)),
        found.skipped());
  }

  private SubjectFiles only(Found found) {
    assertEquals(List.of(), found.skipped());
    assertEquals(1, found.subjects().size());
    return found.subjects().get(0);
  }

  private String below(Path file) {
    return folder.resolve("data").relativize(file).toString();
  }

  @Test
  void bratsOf2018To2021() throws IOException {
    Found found =
        find(
            DatasetLayout.BRATS,
            List.of("FLAIR", "T1c"),
            "HGG/Brats18_CBICA_AAB_1/Brats18_CBICA_AAB_1_flair.nii.gz",
            "HGG/Brats18_CBICA_AAB_1/Brats18_CBICA_AAB_1_t1.nii.gz",
            "HGG/Brats18_CBICA_AAB_1/Brats18_CBICA_AAB_1_t1ce.nii.gz",
            "HGG/Brats18_CBICA_AAB_1/Brats18_CBICA_AAB_1_seg.nii.gz",
            "BraTS20_Training_001/BraTS20_Training_001_flair.nii",
            "BraTS20_Training_001/BraTS20_Training_001_t1ce.nii",
            "BraTS20_Training_001/BraTS20_Training_001_seg.nii");
    assertEquals(List.of(), found.skipped());
    SubjectFiles first = found.subjects().get(0);
    assertEquals("BraTS20_Training_001", first.subject());
    SubjectFiles second = found.subjects().get(1);
    assertEquals(List.of("FLAIR", "T1c"), List.copyOf(second.channels().keySet()));
    assertEquals(
        "HGG/Brats18_CBICA_AAB_1/Brats18_CBICA_AAB_1_t1ce.nii.gz",
        below(second.channels().get("T1c")));
  }

  @Test
  void bratsOf2023KeepsTheVisitsOfAPatientTogether() throws IOException {
    Found found =
        find(
            DatasetLayout.BRATS,
            List.of("FLAIR", "T1"),
            "BraTS-GLI-00005-000/BraTS-GLI-00005-000-t2f.nii.gz",
            "BraTS-GLI-00005-000/BraTS-GLI-00005-000-t1n.nii.gz",
            "BraTS-GLI-00005-000/BraTS-GLI-00005-000-seg.nii.gz",
            "BraTS-GLI-00005-001/BraTS-GLI-00005-001-t2f.nii.gz",
            "BraTS-GLI-00005-001/BraTS-GLI-00005-001-t1n.nii.gz",
            "BraTS-GLI-00005-001/BraTS-GLI-00005-001-seg.nii.gz");
    assertEquals(
        List.of("BraTS-GLI-00005-000", "BraTS-GLI-00005-001"),
        found.subjects().stream().map(SubjectFiles::subject).toList());
    assertEquals(
        List.of("BraTS-GLI-00005", "BraTS-GLI-00005"),
        found.subjects().stream().map(SubjectFiles::patient).toList());
  }

  @Test
  void wollebsSlices() throws IOException {
    SubjectFiles subject =
        only(
            find(
                DatasetLayout.WOLLEB,
                List.of("FLAIR", "T1c"),
                "training/brats_train_001_080/brats_train_001_flair_080_w.nii.gz",
                "training/brats_train_001_080/brats_train_001_t1ce_080_w.nii.gz",
                "training/brats_train_001_080/brats_train_001_seg_080_w.nii.gz"));
    assertEquals("brats_train_001_080", subject.subject());
    assertEquals("brats_train_001", subject.patient());
    assertTrue(subject.lesion().isPresent());
  }

  @Test
  void radiographsAreLabelledByTheirFolder() throws IOException {
    Found found =
        find(
            DatasetLayout.CHEXPERT,
            List.of("image"),
            "train/healthy/patient00001_study1_view1_frontal.npy",
            "train/diseased/patient00002_study1_view1_frontal.jpg",
            "test/diseased/patient00002b.png");
    assertEquals(List.of(), found.skipped());
    SubjectFiles first = found.subjects().get(0);
    assertEquals("patient00001", first.patient());
    assertEquals(OptionalInt.of(0), first.label());
    assertEquals(Optional.of(Split.TRAIN), first.split());
    assertEquals(OptionalInt.of(1), found.subjects().get(1).label());
    assertEquals(Optional.of(Split.TEST), found.subjects().get(2).split());
  }

  @Test
  void bids() throws IOException {
    Found found =
        find(
            DatasetLayout.BIDS,
            List.of("FLAIR", "T1", "T1c"),
            "sub-01/anat/sub-01_FLAIR.nii.gz",
            "sub-01/anat/sub-01_acq-mprage_T1w.nii.gz",
            "sub-01/anat/sub-01_ce-gadolinium_T1w.nii.gz",
            "derivatives/manual/sub-01/anat/sub-01_space-FLAIR_label-lesion_mask.nii.gz",
            "derivatives/hdbet/sub-01/anat/sub-01_desc-brain_mask.nii.gz",
            "derivatives/other/sub-01/anat/sub-01_FLAIR.nii.gz",
            "sub-02/ses-1/anat/sub-02_ses-1_FLAIR.nii.gz",
            "sub-02/ses-1/anat/sub-02_ses-1_T1w.nii.gz");
    assertEquals(1, found.subjects().size());
    SubjectFiles subject = found.subjects().get(0);
    assertEquals("sub-01/anat/sub-01_FLAIR.nii.gz", below(subject.channels().get("FLAIR")));
    assertEquals("sub-01/anat/sub-01_acq-mprage_T1w.nii.gz", below(subject.channels().get("T1")));
    assertTrue(below(subject.channels().get("T1c")).contains("_ce-"));
    assertTrue(below(subject.lesion().get()).contains("label-lesion"));
    assertTrue(below(subject.brain().get()).contains("desc-brain"));
    assertEquals(
        List.of(new Skipped("sub-02_ses-1", "has no T1c, no lesion mask")), found.skipped());
  }

  @Test
  void msseg() throws IOException {
    SubjectFiles subject =
        only(
            find(
                DatasetLayout.MSSEG,
                List.of("FLAIR", "T1", "T1c"),
                "Center_01/Patient_01/Preprocessed_Data/FLAIR_preprocessed.nii.gz",
                "Center_01/Patient_01/Preprocessed_Data/T1_preprocessed.nii.gz",
                "Center_01/Patient_01/Preprocessed_Data/GADO_preprocessed.nii.gz",
                "Center_01/Patient_01/Masks/Consensus.nii.gz",
                "Center_01/Patient_01/Masks/Brain_Mask.nii.gz"));
    assertEquals("Patient_01", subject.subject());
    assertTrue(subject.brain().isPresent());
  }

  @Test
  void isbi2015() throws IOException {
    Found found =
        find(
            DatasetLayout.ISBI2015,
            List.of("FLAIR", "T1"),
            "training01/orig/training01_01_flair.nii.gz",
            "training01/preprocessed/training01_01_flair_pp.nii",
            "training01/preprocessed/training01_01_mprage_pp.nii",
            "training01/masks/training01_01_mask1.nii",
            "training01/masks/training01_01_mask2.nii",
            "training01/preprocessed/training01_02_flair_pp.nii");
    assertEquals(1, found.subjects().size());
    assertEquals("training01", found.subjects().get(0).patient());
    assertEquals("training01_01", found.subjects().get(0).subject());
    assertTrue(below(found.subjects().get(0).lesion().get()).endsWith("mask1.nii"));
    assertEquals(
        List.of(new Skipped("training01_02", "has no T1, no lesion mask")), found.skipped());
  }

  @Test
  void mslesseg() throws IOException {
    Found found =
        find(
            DatasetLayout.MSLESSEG,
            List.of("FLAIR", "T1"),
            "train/P1/T1/P1_T1_FLAIR.nii.gz",
            "train/P1/T1/P1_T1_T1.nii.gz",
            "train/P1/T1/P1_T1_MASK.nii.gz",
            "train/P1/T2/P1_T2_FLAIR.nii.gz",
            "train/P1/T2/P1_T2_T1.nii.gz",
            "train/P1/T2/P1_T2_MASK.nii.gz",
            "P39/FLAIR.nii.gz",
            "P39/T1.nii.gz",
            "P39/lesion.nii.gz");
    assertEquals(List.of(), found.skipped());
    assertEquals(
        List.of("P1_T1", "P1_T2", "P39"),
        found.subjects().stream().map(SubjectFiles::subject).toList());
    assertEquals("P1", found.subjects().get(1).patient());
  }

  @Test
  void openMs() throws IOException {
    Found found =
        find(
            DatasetLayout.OPEN_MS,
            List.of("FLAIR", "T1c"),
            "patient07/FLAIR.nii.gz",
            "patient07/T1POST.nii.gz",
            "patient07/gold.nii.gz",
            "patient01/patient01_FLAIR.nii.gz",
            "patient01/patient01_T1WKS.nii.gz",
            "patient01/patient01_consensus_gt.nii.gz");
    assertEquals(List.of(), found.skipped());
    assertEquals(2, found.subjects().size());
    assertTrue(below(found.subjects().get(1).channels().get("T1c")).endsWith("T1POST.nii.gz"));
  }

  @Test
  void wmhTakesLabelOneAlone() throws IOException {
    Found found =
        find(
            DatasetLayout.WMH,
            List.of("FLAIR", "T1"),
            "Utrecht/0/pre/FLAIR.nii.gz",
            "Utrecht/0/pre/T1.nii.gz",
            "Utrecht/0/orig/FLAIR.nii.gz",
            "Utrecht/0/wmh.nii.gz",
            "Amsterdam/GE3T/100/pre/FLAIR.nii.gz",
            "Amsterdam/GE3T/100/pre/T1.nii.gz",
            "Amsterdam/GE3T/100/wmh.nii.gz");
    assertEquals(List.of(), found.skipped());
    assertEquals(
        List.of("GE3T_100", "Utrecht_0"),
        found.subjects().stream().map(SubjectFiles::subject).toList());
    assertEquals(1, found.subjects().get(0).lesionValue());
  }

  @Test
  void phantomsOnDisk() throws IOException {
    SubjectFiles subject =
        only(
            find(
                DatasetLayout.PHANTOM,
                List.of("FLAIR"),
                "ms-7/FLAIR.nii.gz",
                "ms-7/lesion.nii.gz",
                "ms-7/brain.nii.gz",
                "labels.csv"));
    assertEquals("ms-7", subject.subject());
  }

  @Test
  void aFileThereTwiceIsNotGuessedBetween() throws IOException {
    Found found =
        find(
            DatasetLayout.BIDS,
            List.of("FLAIR"),
            "sub-01/anat/sub-01_run-1_FLAIR.nii.gz",
            "sub-01/anat/sub-01_run-2_FLAIR.nii.gz",
            "derivatives/manual/sub-01/sub-01_label-lesion_mask.nii.gz");
    assertEquals(List.of(), found.subjects());
    assertTrue(found.skipped().get(0).reason().contains("two files are its FLAIR"));
  }

  @Test
  void foldersOfUnknownNamesAreListed() throws IOException {
    Found found = find(DatasetLayout.BRATS, List.of("FLAIR"), "notes/readme.nii.gz");
    assertEquals(
        List.of(new Skipped("notes", "no file in it is named as in layout brats")),
        found.skipped());
  }

  @Test
  void oneSubjectsOwnFolderWillDo() throws IOException {
    find(DatasetLayout.BRATS, List.of("FLAIR"), "pat0001/FLAIR.nii.gz", "pat0001/seg.nii.gz");
    Found found =
        LayoutSearch.find(
            DatasetLayout.BRATS,
            folder.resolve("data/pat0001"),
            WantedChannels.all(List.of("FLAIR")));
    assertEquals("pat0001", only(found).subject());
  }

  @Test
  void aMissingFolderIsSaid() {
    assertThrows(
        DataException.class,
        () ->
            LayoutSearch.find(
                DatasetLayout.BRATS, folder.resolve("none"), WantedChannels.all(List.of("FLAIR"))));
  }

  /** Where fMRIPrep, ivadomed and others keep lesion masks. */
  @Test
  void lesionMasksOfBidsAreFoundUnderTheNamesThatToolsGiveThem() throws IOException {
    String raw = "sub-%1$s/anat/sub-%1$s_T1w.nii.gz";
    List<String> masks =
        List.of(
            "sub-%s/anat/sub-%1$s_T1w_label-lesion_roi.nii.gz",
            "sub-%s/anat/sub-%1$s_label-lesion_roi.nii.gz",
            "derivatives/labels/sub-%s/anat/sub-%1$s_T1w_label-lesion_seg.nii.gz",
            "derivatives/labels/sub-%s/anat/sub-%1$s_T1w_lesion-manual.nii.gz",
            "derivatives/labels/sub-%s/anat/sub-%1$s_space-T1w_desc-manual_lesion_mask.nii.gz",
            "derivatives/labels/sub-%s/anat/sub-%1$s_desc-consensuslesion_mask.nii.gz",
            "derivatives/sub-%s/sub-%1$s_msk.nii.gz");
    List<String> files = new ArrayList<>();
    for (int n = 0; n < masks.size(); n++) {
      files.add(raw.formatted("0" + n));
      files.add(masks.get(n).formatted("0" + n));
    }
    Found found = find(DatasetLayout.BIDS, List.of("T1"), files.toArray(String[]::new));
    assertEquals(List.of(), found.skipped());
    assertEquals(
        files.stream().filter(file -> !file.endsWith("_T1w.nii.gz")).toList(),
        found.subjects().stream().map(subject -> below(subject.lesion().get())).toList());
  }

  @Test
  void masksInATemplatesSpaceOrOfASeriesAreNotTheScans() throws IOException {
    SubjectFiles subject =
        only(
            find(
                DatasetLayout.BIDS,
                List.of("T1"),
                "sub-01/anat/sub-01_T1w.nii.gz",
                "derivatives/labels/sub-01/anat/sub-01_label-lesion_mask.nii.gz",
                "derivatives/labels/sub-01/anat/sub-01_space-MNI152NLin6Asym_label-lesion_mask.nii.gz",
                "derivatives/fmriprep/sub-01/anat/sub-01_desc-brain_mask.nii.gz",
                "derivatives/fmriprep/sub-01/anat/sub-01_space-MNI152NLin6Asym_desc-brain_mask.nii.gz",
                "derivatives/fmriprep/sub-01/func/sub-01_task-rest_desc-brain_mask.nii.gz"));
    assertTrue(below(subject.lesion().get()).endsWith("sub-01_label-lesion_mask.nii.gz"));
    assertTrue(below(subject.brain().get()).endsWith("anat/sub-01_desc-brain_mask.nii.gz"));
  }

  @Test
  void controlsOfABidsDataSetAreHealthyWithoutAMask() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(
        data.resolve("participants.tsv"),
        "participant_id\tage\tGroup\nsub-01\t30\tpatient\nsub-02\t31\tControl\n03\t29\tHC\n");
    Found found =
        find(
            DatasetLayout.BIDS,
            List.of("T1"),
            "sub-01/anat/sub-01_T1w.nii.gz",
            "sub-02/anat/sub-02_T1w.nii.gz",
            "sub-03/ses-1/anat/sub-03_ses-1_T1w.nii.gz");
    assertEquals(List.of(new Skipped("sub-01", "has no lesion mask")), found.skipped());
    assertEquals(
        List.of(OptionalInt.of(0), OptionalInt.of(0)),
        found.subjects().stream().map(SubjectFiles::label).toList());
    assertEquals("sub-03", found.subjects().get(1).patient());
  }

  @Test
  void atlas() throws IOException {
    String atlas =
        "Training/R001/sub-r001s001/ses-1/anat/sub-r001s001_ses-1_space-MNI152NLin2009aSym";
    SubjectFiles one =
        only(
            find(
                DatasetLayout.BIDS,
                List.of("T1"),
                atlas + "_T1w.nii.gz",
                atlas + "_label-L_desc-T1lesion_mask.nii.gz"));
    assertEquals("sub-r001s001_ses-1", one.subject());
  }

  @Test
  void isles() throws IOException {
    String isles = "isles/sub-strokecase0001/ses-0001/dwi/sub-strokecase0001_ses-0001";
    SubjectFiles two =
        only(
            find(
                DatasetLayout.BIDS,
                List.of("DWI", "ADC"),
                isles + "_dwi.nii.gz",
                isles + "_adc.nii.gz",
                "isles/derivatives/sub-strokecase0001/ses-0001/sub-strokecase0001_ses-0001_msk.nii.gz"));
    assertEquals("sub-strokecase0001", two.patient());
  }

  @Test
  void bratsWithoutVisitsAndTheMaskThatIsNamedOtherwise() throws IOException {
    Found found =
        find(
            DatasetLayout.BRATS,
            List.of("FLAIR"),
            "BraTS-GoAT-00001/BraTS-GoAT-00001-t2f.nii.gz",
            "BraTS-GoAT-00001/BraTS-GoAT-00001-seg.nii.gz",
            "BraTS-MEN-00004-000/BraTS-MEN-00004-000-t2f.nii.gz",
            "BraTS-MEN-00004-000/BraTS-MEN-00004-000-seg.nii.gz",
            "BraTS-PED-00002-000/BraTS-PED-00002-000-t2f.nii.gz",
            "BraTS-PED-00002-000/BraTS-PED-00002-000-seg.nii.gz",
            "BraTS-SSA-00002-000/BraTS-SSA-00002-000-t2f.nii.gz",
            "BraTS-SSA-00002-000/BraTS-SSA-00002-000-seg.nii.gz",
            "BraTS20_Training_355/BraTS20_Training_355_flair.nii",
            "BraTS20_Training_355/W39_1998.09.19_Segm.nii");
    assertEquals(List.of(), found.skipped());
    assertEquals(
        List.of(
            "BraTS-GoAT-00001",
            "BraTS-MEN-00004",
            "BraTS-PED-00002",
            "BraTS-SSA-00002",
            "BraTS20_Training_355"),
        found.subjects().stream().map(SubjectFiles::patient).toList());
  }

  @Test
  void ucsfPdgm() throws IOException {
    SubjectFiles subject =
        only(
            find(
                DatasetLayout.UCSF_PDGM,
                List.of("FLAIR", "T1c"),
                "UCSF-PDGM-0004_nifti/UCSF-PDGM-0004_FLAIR.nii.gz",
                "UCSF-PDGM-0004_nifti/UCSF-PDGM-0004_FLAIR_bias.nii.gz",
                "UCSF-PDGM-0004_nifti/UCSF-PDGM-0004_T1c.nii.gz",
                "UCSF-PDGM-0004_nifti/UCSF-PDGM-0004_T1c_bias.nii.gz",
                "UCSF-PDGM-0004_nifti/UCSF-PDGM-0004_tumor_segmentation.nii.gz",
                "UCSF-PDGM-0004_nifti/UCSF-PDGM-0004_brain_segmentation.nii.gz",
                "UCSF-PDGM-0004_nifti/UCSF-PDGM-0004_brain_parenchyma_segmentation.nii.gz"));
    assertEquals("UCSF-PDGM-0004", subject.patient());
    assertTrue(below(subject.brain().get()).endsWith("0004_brain_segmentation.nii.gz"));
    assertTrue(below(subject.channels().get("FLAIR")).endsWith("0004_FLAIR.nii.gz"));
  }

  @Test
  void nnUnetsChannelsAreThoseOfItsDatasetFile() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    assertThrows(DataException.class, () -> find(DatasetLayout.NNUNET, List.of("FLAIR")));
    Files.writeString(
        data.resolve("dataset.json"), "{\"channel_names\": {\"0\": \"T1\", \"1\": \"flair\"}}");
    SubjectFiles subject =
        only(
            find(
                DatasetLayout.NNUNET,
                List.of("FLAIR"),
                "imagesTr/case_01_0000.nii.gz",
                "imagesTr/case_01_0001.nii.gz",
                "labelsTr/case_01.nii.gz"));
    assertEquals("case_01", subject.subject());
    assertEquals("imagesTr/case_01_0001.nii.gz", below(subject.channels().get("FLAIR")));
    assertTrue(subject.lesion().isPresent());
  }

  @Test
  void picturesOfOneNameInBothFoldersAreTwo() throws IOException {
    Found found =
        find(
            DatasetLayout.CHEXPERT,
            List.of("image"),
            "healthy/001.png",
            "healthy/002.png",
            "diseased/001.png",
            "diseased/._001.png");
    assertEquals(List.of(), found.skipped());
    assertEquals(
        List.of("002", "diseased_001", "healthy_001"),
        found.subjects().stream().map(SubjectFiles::subject).toList());
    assertEquals(OptionalInt.of(1), found.subjects().get(1).label());
    assertEquals(
        "001", found.subjects().get(2).patient(), "as nobody knows better, they stay together");
  }

  @Test
  void hiddenFilesAndLinksThatLeadBackAreNotSeen() throws IOException {
    String[] files = {
      "sub-01/anat/sub-01_FLAIR.nii.gz",
      "sub-01/anat/._sub-01_FLAIR.nii.gz",
      "derivatives/man/sub-01/anat/sub-01_label-lesion_mask.nii.gz",
      "derivatives/man/sub-01/anat/._sub-01_label-lesion_mask.nii.gz",
      ".git/annex/objects/sub-01/anat/sub-01_FLAIR.nii.gz"
    };
    Path sources = Files.createDirectories(folder.resolve("data/derivatives/man/sourcedata"));
    Files.createSymbolicLink(sources.resolve("raw"), Path.of("../../.."));
    only(find(DatasetLayout.BIDS, List.of("FLAIR"), files));
  }
}
