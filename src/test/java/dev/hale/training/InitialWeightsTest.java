package dev.hale.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.HaleException;
import dev.hale.engine.Checkpoint;
import dev.hale.engine.CheckpointConversion;
import dev.hale.engine.Fingerprint;
import dev.hale.engine.Parameters;
import dev.hale.engine.Tensors;
import dev.hale.engine.WeightFormat;
import dev.hale.model.FixedPointGanConfig;
import dev.hale.model.NetworkFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InitialWeightsTest extends OneThread {
  private final TinyTraining training = new TinyTraining();

  @TempDir Path folder;

  @Test
  void aTrainingBeginsWithTheWeightsOfTheFile() {
    Path file = file(training.diffusion());
    standStill();
    try (Parameters tuned = run(training.diffusion(), file)) {
      assertWeights(file, tuned);
    }
  }

  @Test
  void theFileMayHoldHalfPrecision() {
    Path file = file(training.diffusion());
    Path half = folder.resolve("half.safetensors");
    new CheckpointConversion(
            Optional.empty(), Optional.empty(), Optional.of(WeightFormat.F16), Optional.empty())
        .convert(file, half);
    standStill();
    try (Parameters tuned = run(training.diffusion(), half);
        Checkpoint checkpoint = Checkpoint.read(file)) {
      for (String name : tuned.names()) {
        float[] expected = Tensors.values(checkpoint.get(name));
        float[] found = Tensors.values(tuned.get(name));
        for (int i = 0; i < expected.length; i++) {
          assertEquals(expected[i], found[i], 1e-6 + Math.abs(expected[i]) / 1024, name);
        }
      }
    }
  }

  @Test
  void theNetworkTellsWhichFileItBeganWith() {
    Path file = file(training.diffusion());
    run(training.diffusion(), file).close();
    try (NetworkFile tuned = NetworkFile.readUNet(TrainingFolder.of(folder, "tuned").network());
        NetworkFile before = NetworkFile.readUNet(file)) {
      assertEquals(Fingerprint.sha256(file), tuned.config().path("initial_sha256").asText());
      assertFalse(before.config().has("initial_sha256"));
    }
  }

  @Test
  void aResumedTrainingMustHaveBegunWithTheSameFile() throws IOException {
    Path file = file(training.diffusion());
    run(training.diffusion(), file).close();
    Path moved = Files.copy(file, folder.resolve("moved.safetensors"));
    trainer(training.diffusion(), "tuned", TinyTraining.config(), moved)
        .run(GreyBatches.of(8), Start.RESUME)
        .close();
    try (Parameters other = training.diffusion().initialise()) {
      NetworkFile.write(moved, other, training.diffusion().config());
    }
    Trainer trainer = trainer(training.diffusion(), "tuned", TinyTraining.config(), moved);
    assertEquals(
        "the configuration has changed since the checkpoint: initial_sha256 was \"%s\", is \"%s\";"
                .formatted(Fingerprint.sha256(file), Fingerprint.sha256(moved))
            + " change it back, or train into another folder",
        assertThrows(TrainingException.class, () -> trainer.run(GreyBatches.of(8), Start.RESUME))
            .getMessage());
  }

  @Test
  void anotherLayoutIsRefusedByBothSides() {
    Path file = file(training.diffusion());
    training.labelDropout = 0.1;
    assertEquals(
        file
            + " cannot begin this training: network.num_classes is 2 in the file, 3 in the"
            + " configuration",
        refusal(training.diffusion(), TinyTraining.config(), file));
  }

  @Test
  void anotherArchitectureIsRefused() {
    Path file = file(training.classifier());
    assertEquals(
        file + ": expected a unet, the file holds classifier",
        refusal(training.diffusion(), TinyTraining.config(), file));
  }

  @Test
  void otherChannelsAreRefusedWhereTheFileNamesThem() {
    Path file = file(training.diffusion(), channels("FLAIR"));
    assertEquals(
        file
            + " cannot begin this training: channels is [\"FLAIR\"] in the file, [\"T1\"] in the"
            + " configuration",
        refusal(training.diffusion(), channels("T1"), file));
  }

  @Test
  void dropoutIsFreeToChange() {
    Path file = file(training.diffusion());
    training.dropout = 0.2;
    standStill();
    try (Parameters tuned = run(training.diffusion(), file)) {
      assertWeights(file, tuned);
    }
  }

  @Test
  void aGeneratorBeginsAgainstAFreshOpponent() {
    FixedPointGanTask gan =
        FixedPointGanTask.of(
            new FixedPointGanConfig(8, 1, 4, 1, 8, 2),
            new FixedPointLosses(1, 10, 10, 10, 2),
            training.settings());
    Path file = file(gan);
    standStill();
    try (Parameters tuned = run(gan, file)) {
      assertWeights(file, tuned);
    }
  }

  /** A step that is too small to be seen. */
  private void standStill() {
    training.steps = 1;
    training.lr = 1e-30;
    training.weightDecay = 0;
    training.ema = List.of(0.0);
  }

  private static void assertWeights(Path file, Parameters found) {
    try (Checkpoint checkpoint = Checkpoint.read(file)) {
      assertEquals(checkpoint.names(), Set.copyOf(found.names()));
      for (String name : found.names()) {
        assertArrayEquals(
            Tensors.values(checkpoint.get(name)), Tensors.values(found.get(name)), 1e-20f, name);
      }
    }
  }

  private static ObjectNode channels(String name) {
    ObjectNode config = TinyTraining.config();
    config.putObject("preprocessing").putArray("channels").add(name);
    return config;
  }

  private Path file(Task task) {
    return file(task, TinyTraining.config());
  }

  /** A network that has learnt for two steps from another seed. */
  private Path file(Task task, ObjectNode config) {
    TinyTraining before = new TinyTraining();
    before.steps = 2;
    before.seed = 99;
    TrainingFolder files = TrainingFolder.of(folder, "before");
    before
        .trainer(task, files, config, InitialWeights.DRAWN, new Recorder())
        .run(GreyBatches.of(8), Start.FRESH)
        .close();
    return files.network();
  }

  private Parameters run(Task task, Path initial) {
    return trainer(task, "tuned", TinyTraining.config(), initial)
        .run(GreyBatches.of(8), Start.FRESH);
  }

  private String refusal(Task task, ObjectNode config, Path initial) {
    Trainer trainer = trainer(task, "refused", config, initial);
    return assertThrows(HaleException.class, () -> trainer.run(GreyBatches.of(8), Start.FRESH))
        .getMessage();
  }

  private Trainer trainer(Task task, String name, ObjectNode config, Path initial) {
    return training.trainer(
        task,
        TrainingFolder.of(folder, name),
        config,
        new InitialWeights(Optional.of(initial)),
        new Recorder());
  }
}
