package dev.hale.detection;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The methods, by the names that files and commands have for them. */
public enum DetectionMethod {
  /** Encoded to noise, decoded with classifier guidance (Wolleb et al., MICCAI 2022). */
  COUNTERFACTUAL("counterfactual", CounterfactualSettings.class),
  /** Attribution of a critic constrained on healthy images (Wargnier-Dauchelle et al. 2023). */
  ATTRIBUTION("attribution", AttributionSettings.class),
  /** The same of a critic without the constraint, to see what that does. */
  ATTRIBUTION_UNCONSTRAINED("attribution-unconstrained", AttributionSettings.class),
  /** Counterfactual, guided by a classifier that was trained with the attribution constraint. */
  COMBINED_GUIDANCE("combined-guidance", CounterfactualSettings.class),
  /** Counterfactual, guided only where the constrained critic's attribution says so. */
  COMBINED_GATE("combined-gate", GateSettings.class),
  /** Geometric mean of the counterfactual map and the constrained critic's, weighted. */
  COMBINED_FUSION("combined-fusion", FusionSettings.class),
  /** What the fusion marks, made new by the diffusion model inside of a gate. */
  COMBINED_REGENERATION("combined-regeneration", RegenerationSettings.class),
  /** Noised at random, decoded by guided ancestral sampling (Wolleb's DDPM baseline). */
  DDPM("ddpm", CounterfactualSettings.class),
  /** Noised at random, decoded by a model of healthy images only (AnoDDPM, Wyatt et al. 2022). */
  RECONSTRUCTION("reconstruction", CounterfactualSettings.class),
  /** Encoded, decoded with classifier-free guidance (Ho and Salimans 2021). */
  CLASSIFIER_FREE("classifier-free", CounterfactualSettings.class),
  /** Reconstruction by a variational autoencoder of healthy images. */
  VAE("vae", TranslationSettings.class),
  /** Translation to healthy by a Fixed-Point GAN (Siddiquee et al., ICCV 2019). */
  FIXED_POINT_GAN("fixed-point-gan", TranslationSettings.class),
  /** FLAIR intensity after histogram equalisation (Meissen et al. 2021); needs no model. */
  INTENSITY("intensity", null);

  private final String label;
  private final Class<? extends MethodSettings> settings;

  DetectionMethod(String label, Class<? extends MethodSettings> settings) {
    this.label = label;
    this.settings = settings;
  }

  /** The method of a name. */
  public static DetectionMethod named(String name) {
    return Arrays.stream(values())
        .filter(method -> method.label.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown method %s; there are %s".formatted(name, String.join(", ", names()))));
  }

  /** All names, in order. */
  public static List<String> names() {
    return Arrays.stream(values()).map(DetectionMethod::toString).collect(Collectors.toList());
  }

  /** What its settings are; null for {@link #INTENSITY}, which has none. */
  Class<? extends MethodSettings> settings() {
    return settings;
  }

  /** Its name in files and commands. */
  @Override
  public String toString() {
    return label;
  }
}
