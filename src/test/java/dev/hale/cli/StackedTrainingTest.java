package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.app.TinyConfig;
import dev.hale.io.Npy;
import dev.hale.model.NetworkFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A diffusion model and a classifier that see slices around, from training to samples. */
@Tag("slow")
final class StackedTrainingTest {
  @TempDir Path folder;
  private Path config;
  private Path model;

  @BeforeEach
  void writeConfig() throws Exception {
    model = folder.resolve("model");
    config = folder.resolve("tiny.yaml");
    Files.writeString(
        config,
        TinyConfig.of(folder.resolve("set"), 4, "0.5", 4)
                .replace("network: {", "network: {context: 1, ")
            + "calibration: {noise_level: 400, steps: 2, guidance: 1, slices: 2, smoothing: 1}\n");
  }

  private static void run(Object... words) {
    List<String> line = new ArrayList<>();
    for (Object word : words) {
      line.add(word.toString());
    }
    CommandRun run = CommandRun.of(line.toArray(new String[0]));
    assertEquals(0, run.exit(), run.err());
  }

  @Test
  void aModelOfStacksIsTrainedDetectsAndMakesSlices() throws Exception {
    run("train", "diffusion", config, "--out", model);
    run("train", "classifier", config, "--out", model);
    int channels;
    try (NetworkFile network = NetworkFile.readUNet(model.resolve("diffusion.safetensors"))) {
      channels = network.config().at("/preprocessing/channels").size();
      assertEquals(3 * channels, network.config().at("/network/backbone/in_channels").asInt());
    }
    assertTrue(Files.exists(model.resolve("diffusion/samples-000004.png")), "what it has learnt");
    run("train", "diffusion", config, "--out", model, "--resume");
    run("calibrate", config, "--model", model);
    Path study = folder.resolve("study");
    run("phantom", "--pathology=glioma", "--subjects=1", "--out", study);
    run("detect", "--model", model, study, "--out", folder.resolve("found"));
    Path noise = folder.resolve("noise.npy");
    Path scan = folder.resolve("scan.npy");
    run("sample", "--model", model, "--out", noise, "--count=2", "--class=healthy", "--steps=2");
    run("sample", "--model", model, "--out", scan, "--from", study, "--count=2", "--steps=2");
    int size = Npy.read(noise).shape()[3];
    assertArrayEquals(new int[] {2, channels, size, size}, Npy.read(noise).shape());
    assertArrayEquals(new int[] {4, channels, size, size}, Npy.read(scan).shape());
  }
}
