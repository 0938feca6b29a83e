package dev.hale.experiment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.data.Preprocessing;
import dev.hale.engine.Parameters;
import dev.hale.model.NetworkFile;
import dev.hale.training.TrainingImages;
import dev.hale.training.TrainingLoop;
import dev.hale.training.TrainingSettings;
import java.nio.file.Path;

/** Trains a network, saving it as it goes, with all that detection needs to know. */
public final class TrainingRun {
  private TrainingRun() {}

  /** The training of one kind of network. */
  @FunctionalInterface
  public interface Trainer {
    Parameters train(TrainingImages images, TrainingLoop.Listener listener);
  }

  /** Hears of every step. */
  @FunctionalInterface
  public interface Progress {
    void onStep(int step, double loss);
  }

  /**
   * Trains and saves.
   *
   * @param file where the averaged weights go, again and again
   * @param config architecture, layout and diffusion; preprocessing and training are added
   */
  public static void run(
      Path file,
      ObjectNode config,
      Preprocessing preprocessing,
      TrainingSettings settings,
      TrainingImages images,
      Trainer trainer,
      Progress progress) {
    NetworkFile.put(config, "preprocessing", preprocessing);
    ObjectNode training = config.putObject("training");
    training.put("images", images.labels().length);
    training.put("diseased_images", images.diseased());
    training.put("batch_size", settings.batch());
    training.put("seed", settings.seed());
    TrainingLoop.Listener listener =
        new TrainingLoop.Listener() {
          @Override
          public void onStep(int step, double loss) {
            progress.onStep(step, loss);
          }

          @Override
          public void onCheckpoint(int step, Parameters average) {
            training.put("steps", step);
            NetworkFile.write(file, average, config);
          }
        };
    trainer.train(images, listener).close();
  }
}
