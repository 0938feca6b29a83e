package dev.hale.data.layout;

import java.util.List;

/**
 * What a folder holds according to a layout.
 *
 * @param subjects complete ones, by name
 * @param skipped the others, and folders in which nothing was named as the layout has it
 */
public record Found(List<SubjectFiles> subjects, List<Skipped> skipped) {
  public Found {
    subjects = List.copyOf(subjects);
    skipped = List.copyOf(skipped);
  }
}
