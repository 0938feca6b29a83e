package dev.hale.app.detect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a critic said of one scan, kept beside its map as {@code attribution.json}.
 *
 * @param name of the scan
 * @param folder where the map is
 * @param warnings what is odd about the brain mask, a line each that names the file
 * @param error why there is none, else null
 * @param slices which slice each image is, counted from Left, Posterior or Inferior
 * @param probabilities that each slice is diseased
 * @param provenance model, method and settings
 */
public record AttributionRecord(
    String name,
    Path folder,
    List<String> warnings,
    String error,
    List<Integer> slices,
    List<Double> probabilities,
    Map<String, String> provenance) {
  /** Its name in a result folder; a folder that holds it is complete. */
  public static final String FILE = "attribution.json";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public AttributionRecord {
    warnings = List.copyOf(warnings);
    slices = List.copyOf(slices);
    probabilities = List.copyOf(probabilities);
  }

  static AttributionRecord failed(String name, String error) {
    return new AttributionRecord(name, null, List.of(), error, List.of(), List.of(), Map.of());
  }

  /** Whether a folder holds a finished attribution. */
  public static boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve(FILE));
  }

  /** How many slices are more likely diseased than healthy. */
  public long diseased() {
    return probabilities.stream().filter(probability -> probability > 0.5).count();
  }

  /** The image whose slice is the most likely diseased; -1 where there is none. */
  public int worst() {
    int worst = -1;
    for (int n = 0; n < probabilities.size(); n++) {
      worst = worst < 0 || probabilities.get(n) > probabilities.get(worst) ? n : worst;
    }
    return worst;
  }

  void write(Path into) throws IOException {
    Files.writeString(into.resolve(FILE), JSON.writeValueAsString(this) + "\n");
  }
}
