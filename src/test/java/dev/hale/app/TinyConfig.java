package dev.hale.app;

import java.nio.file.Path;

/** The sections of a configuration that tests share which train on phantoms of a few pixels. */
public final class TinyConfig {
  private TinyConfig() {}

  /** The data alone. */
  public static String data(Path set, int subjects, String validation) {
    return """
        data:
          set: %s
          layout: phantom
          pathologies: [healthy, glioma]
          subjects: %d
          image_size: 16
          spacing: 12
          minimum_lesion: 1
          validation: %s
        """
        .formatted(set, subjects, validation);
  }

  /** Data, a diffusion model and a classifier. */
  public static String of(Path set, int subjects, String validation, int diffusionSteps) {
    return data(set, subjects, validation)
        + """
        diffusion:
          network: {channel_mult: [1, 1], attention_resolutions: []}
          training: {steps: %d, batch: 4, warmup: 2, checkpoint_every: 3}
        classifier:
          network: {channel_mult: [1, 1], attention_resolutions: []}
          training: {steps: 4, batch: 4, warmup: 2, checkpoint_every: 2}
        """
            .formatted(diffusionSteps);
  }
}
