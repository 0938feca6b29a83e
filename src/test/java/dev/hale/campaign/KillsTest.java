package dev.hale.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hale.app.TinyConfig;
import dev.hale.cli.Main;
import dev.hale.training.processes.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A command that is killed, time and again, and then run to its end, leaves what it would have left
 * undisturbed. {@code -Dhale.campaign.kills} says how often each is killed.
 */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
final class KillsTest {
  private static final int KILLS = Integer.getInteger("hale.campaign.kills", 2);

  /** Kills of one folder before it is run to its end. */
  private static final int IN_A_ROW = 3;

  @TempDir Path folder;
  private List<String> options = List.of();

  @Test
  void detect() throws Exception {
    SmallStudy study = SmallStudy.in(folder);
    kill(study::detect);
  }

  @Test
  void prepare() throws Exception {
    kill(SmallStudy::prepare);
  }

  @Test
  void train() throws Exception {
    Path set = folder.resolve("set");
    complete(SmallStudy::prepare, set);
    Path config = folder.resolve("tiny.yaml");
    Files.writeString(config, TinyConfig.of(set, 4, "0.5", 30));
    kill(
        out -> {
          List<String> arguments = new ArrayList<>(List.of("train", "diffusion", "--threads=1"));
          if (Files.exists(out.resolve("diffusion/checkpoint.safetensors"))) {
            arguments.add("--resume");
          }
          arguments.addAll(List.of("--out=" + out, config.toString()));
          return arguments;
        });
  }

  @Test
  void experiment() throws Exception {
    Path config = folder.resolve("tiny.yaml");
    Files.writeString(
        config,
        TinyConfig.of(Path.of("unused"), 4, "0.5", 6)
            + "calibration: {noise_level: 400, steps: 2, guidance: 1, slices: 2, smoothing: 1}\n");
    Path experiment = folder.resolve("experiment.yaml");
    Files.writeString(
        experiment,
        """
        name: tiny
        title: Tiny
        config: %s
        methods: [counterfactual, intensity]
        reference: intensity
        test: {phantoms: {pathology: glioma, subjects: 1, healthy: 0, first_seed: 500}}
        seed: 1
        """
            .formatted(config));
    kill(
        out -> List.of("experiment", "run", experiment.toString(), "--out=" + out, "--device=cpu"));
  }

  /** LibTorch's libraries are unpacked into the folder. */
  @Test
  void firstStart() throws Exception {
    options = List.of("-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("work"));
    kill(out -> List.of("info"));
  }

  /**
   * Kills a command at moments of its run that chance chooses.
   *
   * @param arguments for the folder that it writes, as it is then
   */
  private void kill(Function<Path, List<String>> arguments) throws Exception {
    Path work = folder.resolve("work");
    long began = System.nanoTime();
    complete(arguments, work);
    long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    Path whole = Files.move(work, folder.resolve("whole"));
    int killed = 0;
    while (killed < KILLS) {
      List<Long> moments = new ArrayList<>();
      for (int n = 0; n < IN_A_ROW && killed < KILLS; n++) {
        long moment = ThreadLocalRandom.current().nextLong(took / 8, took);
        try (ChildJvm child = start(arguments, work)) {
          if (!child.endsWithin(moment)) {
            child.kill();
            moments.add(moment);
            killed += child.await() == 128 + 9 ? 1 : 0; // it may have ended meanwhile
          }
        }
      }
      complete(arguments, work);
      SameFiles.require(whole, work, "killed after milliseconds " + moments + " of " + took);
      delete(work);
    }
  }

  private void complete(Function<Path, List<String>> arguments, Path out) throws Exception {
    try (ChildJvm child = start(arguments, out)) {
      assertEquals(0, child.await(), child::err);
    }
  }

  private ChildJvm start(Function<Path, List<String>> arguments, Path out) {
    return ChildJvm.start(folder, options, Main.class, arguments.apply(out).toArray());
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
