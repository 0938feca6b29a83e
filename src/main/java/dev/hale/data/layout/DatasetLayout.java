package dev.hale.data.layout;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The data sets whose file names are known. */
@SuppressWarnings("ImmutableEnumChecker") // made by Map.of and List.of
public enum DatasetLayout {
  /**
   * BraTS 2013 (as FLAIR, T1c, seg in a folder a patient), 2018 to 2021, and since 2023 (GLI, MEN,
   * MET, PED, SSA, GoAT).
   */
  BRATS(
      true,
      0,
      "",
      Map.of("FLAIR", "flair|t2f", "T1", "t1|t1n", "T1c", "t1ce|t1c", "T2", "t2|t2w"),
      // One patient's mask of 2020 is named otherwise than all others.
      "seg|(?<=BraTS20_Training_355/)W39_1998\\.09\\.19_Segm",
      "brainmask",
      // BraTS-GLI-00000-000: the last number counts a patient's visits; GoAT has none.
      "(?<subject>(?<patient>BraTS-(?!GoAT-)[a-z]+-\\d+)-\\d+)/\\k<subject>-%s",
      "(?<subject>BraTS-GoAT-\\d+)/\\k<subject>-%s",
      "(?<subject>(?!BraTS-)[^/]+)/(?:\\k<subject>[_-])?%s"),

  /** Slices of BraTS in a folder each, as the code of Wolleb et al. 2022 reads them. */
  WOLLEB(
      true,
      0,
      "",
      Map.of("FLAIR", "flair", "T1", "t1", "T1c", "t1ce", "T2", "t2"),
      "seg",
      null,
      "[^/]+/(?<patient>brats_[a-z]+_\\d+)_%s_(?<slice>\\d+)(?:_w)?"),

  /** Radiographs in folders healthy and diseased, as the code of Wolleb et al. 2022 reads them. */
  CHEXPERT(
      false,
      0,
      "\\.(?:npy|png|jpe?g)",
      Map.of("image", ""),
      null,
      null,
      "(?:(?<split>train|validate|validation|test)/)?(?:(?<healthy>healthy)|(?<diseased>diseased))/"
          + "(?<subject>(?<patient>patient\\d+)_[^/]*)%s",
      "(?:(?<split>train|validate|validation|test)/)?(?:(?<healthy>healthy)|(?<diseased>diseased))/"
          + "(?<subject>(?!patient\\d+_)[^/]+)%s"),

  /**
   * The Brain Imaging Data Structure: scans in anat or dwi, masks beside them or in derivatives.
   * ATLAS 2.0 and ISLES 2022 are such data sets. Who is a control by participants.tsv is healthy.
   */
  BIDS(
      true,
      0,
      "",
      Map.of(
          "FLAIR",
          "(?:_(?!ce-)[^_/]+)*_FLAIR",
          "T1",
          "(?:_(?!ce-)[^_/]+)*_T1w",
          "T1c",
          "(?:_[^_/]+)*_ce-[^_/]+(?:_[^_/]+)*_T1w",
          "T2",
          "(?:_(?!ce-)[^_/]+)*_T2w",
          "DWI",
          "(?:_[^_/]+)*_dwi",
          "ADC",
          "(?:_[^_/]+)*_adc"),
      "(?:_[^_/]+)*?" + DatasetLayout.BIDS_LESION,
      null,
      "(?<patient>sub-[^_/]+)/(?:anat|dwi)/(?<subject>\\k<patient>)%s",
      "(?<patient>sub-[^_/]+)/ses-[^_/]+/(?:anat|dwi)/(?<subject>\\k<patient>_ses-[^_/]+)%s"),

  /** The MICCAI 2016 challenge on multiple sclerosis. */
  MSSEG(
      true,
      0,
      "",
      Map.of(
          "FLAIR",
          "Preprocessed_Data/FLAIR_preprocessed",
          "T1",
          "Preprocessed_Data/T1_preprocessed",
          "T2",
          "Preprocessed_Data/T2_preprocessed",
          "T1c",
          "Preprocessed_Data/GADO_preprocessed",
          "PD",
          "Preprocessed_Data/DP_preprocessed"),
      "Masks/Consensus",
      "Masks/Brain_Mask",
      "(?<subject>[^/]+)/%s"),

  /** The ISBI 2015 challenge on longitudinal multiple sclerosis; the first rater's masks. */
  ISBI2015(
      true,
      0,
      "",
      Map.of("FLAIR", "flair_pp", "T1", "mprage_pp", "T2", "t2_pp", "PD", "pd_pp"),
      "mask1",
      null,
      "(?<patient>training\\d+)/(?:preprocessed|masks)/(?<subject>\\k<patient>_\\d+)_%s"),

  /** MSLesSeg (Guarnera et al. 2025), as released or with one folder a patient. */
  MSLESSEG(
      true,
      0,
      "",
      Map.of("FLAIR", "FLAIR", "T1", "T1", "T2", "T2"),
      "(?:MASK|lesion)",
      null,
      "(?<patient>P\\d+)/T\\d+/(?<subject>\\k<patient>_T\\d+)_%s",
      "(?<subject>P\\d+)/%s"),

  /** The Ljubljana data (Lesjak et al. 2018), cross-sectional. */
  OPEN_MS(
      true,
      0,
      "",
      Map.of("FLAIR", "FLAIR", "T1", "T1W?", "T1c", "T1POST|T1WKS", "T2", "T2W?"),
      "gold|consensus_gt",
      "brainmask",
      "(?<subject>patient\\d+)/(?:\\k<subject>_)?%s"),

  /** The white matter hyperintensity challenge; other pathology (label 2) is not lesion. */
  WMH(
      true,
      1,
      "",
      Map.of("FLAIR", "pre/FLAIR", "T1", "pre/T1"),
      "wmh",
      null,
      "(?<subject>[^/]+/(?:[^/]+/)?\\d+)/%s"),

  /** The preoperative gliomas of the University of California, San Francisco. */
  UCSF_PDGM(
      true,
      0,
      "",
      Map.of("FLAIR", "FLAIR", "T1", "T1", "T1c", "T1c|T1gad", "T2", "T2"),
      "tumor_segmentation",
      "brain_segmentation",
      "(?<subject>(?<patient>UCSF-PDGM-\\d+)(?:_FU\\d+d)?)_nifti/\\k<subject>_%s"),

  /** What nnU-Net trains on: imagesTr, labelsTr, and dataset.json, which names the channels. */
  NNUNET(true, 0, "", Map.of(), null, null),

  /** What {@code hale phantom} writes. */
  PHANTOM(
      true,
      0,
      "",
      Map.of("FLAIR", "FLAIR", "T1", "T1", "T1c", "T1c", "T2", "T2"),
      "lesion",
      "brain",
      "(?<subject>[^/]+)/%s");

  /** How the names of lesion masks end, by the standard, fMRIPrep, ivadomed, ISLES and others. */
  private static final String BIDS_LESION =
      "_(?:[^_/]*lesion[^_/]*(?:_[^_/]+)*_(?:mask|dseg|roi|seg|msk)"
          + "|desc-lesions?|lesions?(?:-manual)?|msk)";

  final boolean masked;
  final int lesionValue;
  private final String extension;
  private final Map<String, String> channels;
  private final String lesion;
  private final String brain;
  private final List<String> paths;

  DatasetLayout(
      boolean masked,
      int lesionValue,
      String extension,
      Map<String, String> channels,
      String lesion,
      String brain,
      String... paths) {
    this.masked = masked;
    this.lesionValue = lesionValue;
    this.extension = extension.isEmpty() ? "\\.nii(?:\\.gz)?" : extension;
    this.channels = channels;
    this.lesion = lesion;
    this.brain = brain;
    this.paths = List.of(paths);
  }

  /**
   * The kinds of files it knows.
   *
   * @param root the data set's folder, where a layout is told by a file in it
   */
  List<FileRule> rules(Path root) {
    List<FileRule> rules = new ArrayList<>();
    if (this == NNUNET) {
      String above = "(?:[^/]+/)*";
      NnUnetChannels.of(root)
          .forEach(
              (channel, number) ->
                  rules.add(
                      FileRule.of(
                          channel,
                          above + "images(?:Tr|Ts)/(?<subject>[^/]+)_" + number + extension)));
      rules.add(
          FileRule.of(FileRule.LESION, above + "labels(?:Tr|Ts)/(?<subject>[^/]+)" + extension));
    }
    for (String path : paths) {
      channels.forEach((channel, name) -> add(rules, channel, path, name));
      add(rules, FileRule.LESION, path, lesion);
      add(rules, FileRule.BRAIN, path, brain);
    }
    if (this == BIDS) {
      String derived =
          "(?:[^/]+/)*derivatives/.*?(?<subject>(?<patient>sub-[^_/]+)(?:_ses-[^_/]+)?)";
      // What lies in a template's space or belongs to a series in time is not this scan's.
      String itsOwn = "(?:_(?!task-|space-MNI)[^_/]+)*?";
      String inNoSpace = "(?:_(?!task-|space-)[^_/]+)*?";
      rules.add(FileRule.of(FileRule.LESION, derived + itsOwn + BIDS_LESION + extension));
      rules.add(FileRule.of(FileRule.BRAIN, derived + inNoSpace + "_desc-brain_mask" + extension));
    }
    return rules;
  }

  private void add(List<FileRule> rules, String role, String path, String name) {
    if (name != null) {
      String file = path.formatted("(?:" + name + ")") + extension;
      String above = "(?:(?!derivatives/)[^/]+/)*" + (this == CHEXPERT ? "?" : "");
      rules.add(FileRule.of(role, above + file));
    }
  }
}
