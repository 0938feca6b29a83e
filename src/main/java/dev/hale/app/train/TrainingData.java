package dev.hale.app.train;

import dev.hale.app.recipe.DataSettings;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.scan.DataException;
import dev.hale.scan.Preprocessing;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens the prepared set that a configuration names. */
public final class TrainingData {
  private TrainingData() {}

  /** Whether the set is there, prepared. */
  public static boolean isPrepared(DataSettings data) {
    return Files.exists(data.set());
  }

  /**
   * Opens the set.
   *
   * @throws DataException where its images are not what the configuration describes
   */
  public static PreparedSet open(DataSettings data) {
    Path folder = data.set();
    PreparedSet set = PreparedSet.open(folder);
    Preprocessing there = set.preprocessing();
    Preprocessing wanted = data.preparation().preprocessing();
    if (!there.equals(wanted)) {
      throw new DataException(
          ("%s was prepared otherwise: %s, the configuration says %s; change the configuration, or"
                  + " name another set by --data")
              .formatted(folder, there, wanted));
    }
    return set;
  }
}
