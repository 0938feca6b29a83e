package dev.hale.data.layout;

import dev.hale.data.prepared.Split;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The files of one scan of a subject, not yet read.
 *
 * @param patient whom it shows; several scans of a patient never come apart in a split
 * @param subject name of the scan, unique in a data set
 * @param channels file of each channel by name
 * @param lesion mask of the lesions, if there is one
 * @param lesionValue the value in the mask that is lesion; 0 for every value but 0
 * @param brain mask of the brain, if there is one; else it is found
 * @param label 0 healthy, 1 diseased, for the whole scan, where it was given rather than masked
 * @param split where it was given
 * @param columns what else a table says of it, such as its site, by column; may be empty text
 */
public record SubjectFiles(
    String patient,
    String subject,
    Map<String, Path> channels,
    Optional<Path> lesion,
    int lesionValue,
    Optional<Path> brain,
    OptionalInt label,
    Optional<Split> split,
    Map<String, String> columns) {
  public SubjectFiles {
    columns = Map.copyOf(columns);
  }
}
