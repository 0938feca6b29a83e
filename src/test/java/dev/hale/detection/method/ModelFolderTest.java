package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hale.TinyModel;
import dev.hale.attribution.AttributionMethod;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.ThresholdRule;
import dev.hale.engine.Device;
import dev.hale.engine.Fingerprint;
import dev.hale.engine.kernels.Kernels;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelFolderTest {
  @TempDir Path folder;

  @Test
  void aDiffusionNetworkTakesTwentyFiveArraysOfItsFirstLevel() throws Exception {
    TinyModel.write(folder, "FLAIR", "T1"); // 32 channels of 16 x 16 pixels
    try (ModelFolder model = open()) {
      assertEquals(0, model.bytesPerSlice());
      DiffusionModel.of(model, "diffusion");
      assertEquals(25 * 4 * 32 * 16 * 16, model.bytesPerSlice());
    }
  }

  @Test
  void theNetworkThatTakesMostCounts() {
    try (ModelFolder model = open()) {
      model.takes(3);
      model.takes(5);
      model.takes(4);
      assertEquals(5, model.bytesPerSlice());
    }
  }

  @Test
  void aCriticsMapNamesItsFile() throws Exception {
    Path file = TinyModel.writeCritic(folder, "FLAIR");
    try (ModelFolder model = open()) {
      new CriticMap(
          model,
          "critic",
          new AttributionSettings(AttributionMethod.GRADIENT, null, 1, 0, ThresholdRule.OTSU));
      assertEquals(Fingerprint.sha256(file), model.provenance().get("criticSha256"));
    }
  }

  private ModelFolder open() {
    return new ModelFolder(
        folder, DetectorOptions.defaults(), Kernels.of(Device.CPU), ChainCache.NONE);
  }
}
