package dev.hale.detection;

import dev.hale.data.Preprocessing;
import dev.hale.diffusion.DiffusionSettings;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.Device;
import dev.hale.engine.Parameters;
import dev.hale.engine.Precision;
import dev.hale.model.ClassifierConfig;
import dev.hale.model.NetworkFile;
import dev.hale.model.NoisyClassifier;
import dev.hale.model.UNet;
import dev.hale.model.UNetConfig;
import java.nio.file.Path;

/** The two networks of counterfactual detection, on a device, and what they were trained on. */
final class CounterfactualModel implements AutoCloseable {
  private final Parameters unetParameters;
  private final Parameters classifierParameters;
  private final UNet unet;
  private final NoisyClassifier classifier;
  private final DiffusionSettings diffusion;
  private final Preprocessing preprocessing;

  private CounterfactualModel(
      NetworkFile unetFile, NetworkFile classifierFile, Device device, Precision precision) {
    UNetConfig unetConfig = unetFile.section("network", UNetConfig.class);
    ClassifierConfig classifierConfig = classifierFile.section("network", ClassifierConfig.class);
    diffusion = unetFile.section("diffusion", DiffusionSettings.class);
    preprocessing = unetFile.section("preprocessing", Preprocessing.class);
    DiffusionSettings other = classifierFile.section("diffusion", DiffusionSettings.class);
    if (!preprocessing.equals(classifierFile.section("preprocessing", Preprocessing.class))
        || diffusion.trainingSteps() != other.trainingSteps()
        || !diffusion.schedule().equals(other.schedule())) {
      throw new CheckpointException(
          "%s and %s were trained on different images or noise schedules"
              .formatted(unetFile.path(), classifierFile.path()));
    }
    unetParameters = place(unetFile.parameters(), device, precision);
    classifierParameters = place(classifierFile.parameters(), device, precision);
    unet = new UNet(unetConfig, unetParameters);
    classifier = new NoisyClassifier(classifierConfig, classifierParameters);
  }

  private static Parameters place(Parameters parameters, Device device, Precision precision) {
    try (Parameters cast = parameters.to(precision)) {
      return cast.to(device);
    }
  }

  /** Reads {@code diffusion.safetensors} and {@code classifier.safetensors} from a folder. */
  static CounterfactualModel read(Path folder, Device device, Precision precision) {
    try (NetworkFile unet = NetworkFile.readUNet(folder.resolve("diffusion.safetensors"));
        NetworkFile classifier =
            NetworkFile.readClassifier(folder.resolve("classifier.safetensors"))) {
      return new CounterfactualModel(unet, classifier, device, precision);
    }
  }

  UNet unet() {
    return unet;
  }

  NoisyClassifier classifier() {
    return classifier;
  }

  DiffusionSettings diffusion() {
    return diffusion;
  }

  Preprocessing preprocessing() {
    return preprocessing;
  }

  @Override
  public void close() {
    unetParameters.close();
    classifierParameters.close();
  }
}
