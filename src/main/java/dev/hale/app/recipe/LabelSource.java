package dev.hale.app.recipe;

/** What an image to train on is labelled by, where lesion masks are known. */
public enum LabelSource {
  /** Whether the slice shows lesion. */
  SLICE,
  /**
   * Whether the subject has the disease: all slices of a diseased subject are diseased, as where a
   * scan has one label.
   */
  SUBJECT,
  /**
   * Whether the slice shows lesion, and slices without lesion of a diseased subject are left out:
   * healthy images are healthy people's, as where the classes are two data sets.
   */
  COHORT
}
