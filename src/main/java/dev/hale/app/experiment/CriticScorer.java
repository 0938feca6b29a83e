package dev.hale.app.experiment;

import dev.hale.detection.SliceImages;
import dev.hale.detection.method.CriticAttribution;
import dev.hale.engine.Device;
import dev.hale.scan.DataException;
import dev.hale.scan.Preprocessing;
import java.nio.file.Path;

/** A trained critic of which nothing but the logit is asked. */
final class CriticScorer implements ImageScorer {
  private final CriticAttribution critic;

  /**
   * Opens a critic.
   *
   * @param file the network
   * @param images how images are made that it will be asked about
   * @throws DataException where it learnt from images that were made otherwise
   */
  CriticScorer(Path file, Preprocessing images, Device device) {
    critic = new CriticAttribution(file, CriticAttribution.Settings.DEFAULT.on(device));
    if (!images.equals(critic.preprocessing())) {
      critic.close();
      throw new DataException(
          "images are prepared otherwise than those that %s learnt from: %s, its own were %s"
              .formatted(file, images, critic.preprocessing()));
    }
  }

  @Override
  public int context() {
    return critic.context();
  }

  @Override
  public float[] logits(SliceImages slices) {
    return critic.logits(slices);
  }

  @Override
  public void close() {
    critic.close();
  }
}
