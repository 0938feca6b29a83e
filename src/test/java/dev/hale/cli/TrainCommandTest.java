package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hale.app.TinyConfig;
import dev.hale.app.recipe.TrainingConfig;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.io.FolderLock;
import dev.hale.model.NetworkFile;
import dev.hale.training.log.MetricsLine;
import dev.hale.training.log.MetricsLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole trainings, of networks and on images so small that they take seconds. */
@Tag("slow")
final class TrainCommandTest {
  private static final double SLICE_DISTANCE = 12; // mm, of two slices

  @TempDir static Path shared;
  @TempDir Path folder;
  private Path config;
  private Path model;

  @BeforeEach
  void writeConfig() throws Exception {
    model = folder.resolve("model");
    config = folder.resolve("tiny.yaml");
    Files.writeString(
        config,
        TinyConfig.of(shared.resolve("set"), 4, "0.5", 6)
                .replace("data:", "data:\n  slice_distance: " + SLICE_DISTANCE)
            + """
        critic:
          network: {filters: [8, 8], context: 1}
          training: {steps: 4, batch: 4, warmup: 2, checkpoint_every: 2, validate_every: 2}
          constraint: {attributions: [gradient, expected-gradients], ramp: 3}
        calibration: {noise_level: 400, steps: 2, guidance: 1, slices: 2, smoothing: 1}
        vae:
          network: {filters: [8, 8], latent_size: 4}
          training: {steps: 4, batch: 4, warmup: 2, checkpoint_every: 2}
        fixed_point_gan:
          network: {generator_filters: 4, residual_blocks: 1, discriminator_filters: 4}
          losses: {discriminator_steps: 2}
          training: {steps: 4, batch: 8, checkpoint_every: 2}
        segmenter:
          network: {model_channels: 32, channel_mult: [1, 1]}
          context: 1
          teacher: attribution
          training: {steps: 4, batch: 4, warmup: 2, checkpoint_every: 2, validate_every: 2}
        """);
  }

  @Test
  void aConfigurationGoesAllTheWayToADetector() throws Exception {
    CommandRun diffusion = train("diffusion", "--json");
    assertEquals(0, diffusion.exit(), diffusion.err());
    JsonNode result = new ObjectMapper().readTree(diffusion.out());
    assertEquals(6, result.get("steps").asInt());
    assertEquals(model.resolve("diffusion.safetensors").toString(), result.get("network").asText());
    CommandRun classifier = train("classifier");
    assertEquals(0, classifier.exit(), classifier.err());
    CommandRun calibrated =
        CommandRun.of("calibrate", config.toString(), "--model", model.toString());
    assertEquals(0, calibrated.exit(), calibrated.err());
    CommandRun none =
        CommandRun.of("calibrate", config.toString(), "--model=" + model, "--threads=0");
    assertEquals(ExitCode.DEVICE.code(), none.exit());
    assertEquals("hale: threads must be at least 1, not 0" + System.lineSeparator(), none.err());
    Path study = folder.resolve("study");
    CommandRun.of("phantom", "--pathology=glioma", "--subjects=1", "--out", study.toString());
    CommandRun detected =
        CommandRun.of(
            "detect", "--model", model.toString(), study.toString(), "--out", folder + "/found");
    assertEquals(0, detected.exit(), detected.err());
    assertTrue(detected.out().contains("done"), detected.out());
    CommandRun unlabelled =
        CommandRun.of(
            "detect",
            "--threshold=image-labels",
            "--model=" + model,
            study.toString(),
            "--out=" + folder.resolve("labels"));
    assertEquals(ExitCode.MODEL.code(), unlabelled.exit());
    assertTrue(unlabelled.err().contains("no image-labels threshold"), unlabelled.err());
    assertImageLabelsSetAThreshold(study);
    assertCombinationsAreMeasured(study);
    assertASearchChoosesByImageLabels();
    assertASegmenterLearnsWhatIsMarked(study);
  }

  private void assertASegmenterLearnsWhatIsMarked(Path study) throws Exception {
    CommandRun trained = train("segmenter");
    assertEquals(0, trained.exit(), trained.err());
    try (PreparedSet marked = PreparedSet.open(model.resolve("pseudo-labels"));
        PreparedSet set = PreparedSet.open(shared.resolve("set"))) {
      assertEquals(set.channels() + 1, marked.channels());
      assertEquals(1, marked.targets());
      assertEquals(set.indexChecksum(), marked.description().get("slices_of").asText());
      assertEquals(SLICE_DISTANCE, marked.preprocessing().sliceDistance());
      assertEquals(4, set.steps().size());
      assertEquals(Set.of(2), new HashSet<>(set.steps().values()));
      assertEquals(set.steps(), marked.steps());
      int pixels = marked.imageSize() * marked.imageSize();
      float[] image = new float[marked.channels() * pixels];
      int lesion = 0;
      for (int row = 0; row < marked.slices().size(); row++) {
        marked.image(row, image, 0);
        assertNull(marked.lesion(row));
        int count = 0;
        for (int p = set.channels() * pixels; p < image.length; p++) {
          count += image[p] == 1 ? 1 : 0;
        }
        assertTrue(count == 0 || marked.slices().get(row).diseased(), "row " + row);
        lesion += count;
      }
      assertTrue(lesion > 0, "something diseased is marked");
    }
    byte[] labels = Files.readAllBytes(model.resolve("pseudo-labels/set.json"));
    CommandRun again = train("segmenter", "--resume");
    assertEquals(0, again.exit(), again.err());
    assertArrayEquals(labels, Files.readAllBytes(model.resolve("pseudo-labels/set.json")));
    JsonNode settings = stored("combined-segmenter", study);
    assertEquals(0, settings.get("smoothing").asDouble());
    assertEquals("half", settings.get("threshold").asText());
    assertTrue(settings.at("/healing").isMissingNode(), settings::toString);
    JsonNode heals =
        stored(
            "combined-segmenter",
            study,
            "--set=calibration.methods.combined-segmenter.heals=true",
            "--set=calibration.methods.combined-regeneration={steps: 2, calls: 1, samples: 2}");
    double reach = heals.at("/healing/levels/reach").asDouble();
    assertEquals(0.7 * 0.5, reach, 1e-12);
    assertTrue(heals.at("/healing/levels/seed").asDouble() >= reach, heals::toString);
    for (String file : List.of("healthy_FLAIR.nii.gz", "uncertainty.nii.gz")) {
      assertTrue(hasFile(folder.resolve("combined-segmenter2"), file), file);
      assertFalse(hasFile(folder.resolve("combined-segmenter0"), file), file);
    }
    CommandRun unknown = train("segmenter", "--resume", "--set=segmenter.teacher=andi");
    assertEquals(ExitCode.MODEL.code(), unknown.exit(), unknown.err());
    CommandRun calibrated =
        CommandRun.of(
            "calibrate",
            config.toString(),
            "--model=" + model,
            "--method=attribution",
            "--set=calibration.percentile=60");
    assertEquals(0, calibrated.exit(), calibrated.err());
    CommandRun otherMarks = train("segmenter", "--resume");
    assertEquals(ExitCode.DATA.code(), otherMarks.exit(), otherMarks.err());
    assertTrue(otherMarks.err().contains("data.teacher.threshold was"), otherMarks.err());
  }

  private static boolean hasFile(Path folder, String name) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.anyMatch(file -> file.getFileName().toString().equals(name));
    }
  }

  private void assertASearchChoosesByImageLabels() throws Exception {
    String[] search = {
      "calibrate",
      config.toString(),
      "--model=" + model,
      "--method=attribution",
      "--set=calibration.attribution.threshold=image-labels",
      "--criterion=index",
      "--masks",
      "--try=calibration.attribution.smoothing=0,1.5,3",
      "--try=calibration.attribution.score=logit,places"
    };
    CommandRun chosen = CommandRun.of(with(search, "--json"));
    assertEquals(0, chosen.exit(), chosen.err());
    JsonNode result = new ObjectMapper().readTree(chosen.out());
    assertEquals(4, result.get("trials").size(), "1.5 and logit are the configuration's own");
    double best = 0;
    for (JsonNode trial : result.get("trials")) {
      double dice = trial.at("/truth/dice").asDouble();
      assertTrue(dice <= trial.at("/truth/oracleDice").asDouble(), trial::toString);
      best = Math.max(best, trial.at("/criteria/index").asDouble());
      assertTrue(Math.abs(trial.at("/criteria/deletion").asDouble(2)) < 1, trial::toString);
    }
    for (JsonNode trial : result.get("trials")) {
      if (trial.get("changed").equals(result.get("chosen"))) {
        assertEquals(best, trial.at("/criteria/index").asDouble());
      }
    }
    JsonNode stored =
        new ObjectMapper().readTree(model.resolve("detector-attribution.json").toFile());
    JsonNode width = result.at("/chosen/calibration.attribution.smoothing");
    assertEquals(
        width.isMissingNode() ? 1.5 : width.asDouble(),
        stored.at("/settings/smoothing").asDouble());
    CommandRun read = CommandRun.of(with(search, "--quiet"));
    assertTrue(read.out().contains("rank correlation over the trials"), read.out());
    CommandRun slices = CommandRun.of(with(search, "--try=calibration.slices=1,2"));
    assertEquals(ExitCode.USAGE.code(), slices.exit());
    assertTrue(slices.err().contains("calibration.slices cannot be searched"), slices.err());
    CommandRun models = CommandRun.of(with(search, "--try=model=" + folder.resolve("none")));
    assertEquals(ExitCode.MODEL.code(), models.exit(), models.err());
  }

  private void assertCombinationsAreMeasured(Path study) throws Exception {
    assertEquals(0, train("critic").exit());
    assertTrue(0 < stored("combined-gate", study).at("/gate_level").asDouble());
    JsonNode fusion = stored("combined-fusion", study);
    double weight = fusion.at("/counterfactual_weight").asDouble();
    assertTrue(weight > 0 && weight < 1, "weight " + weight);
    assertTrue(fusion.at("/brightness").isMissingNode(), fusion::toString);
    assertEquals(0, train("unconstrained-critic").exit());
    JsonNode fuse = stored("dif-fuse", study);
    double reach = fuse.at("/healing/levels/reach").asDouble();
    assertTrue(0 < reach && reach <= fuse.at("/healing/levels/seed").asDouble(), fuse::toString);
    assertEquals(1, fuse.at("/healing/chain/rounds").asInt());
    String across = "--set=calibration.attribution.smoothing_across=0.5";
    assertEquals(0.5, stored("attribution", study, across).at("/smoothing_across").asDouble());
    String bright = "--set=calibration.methods.combined-fusion.brightness=FLAIR";
    for (String method : List.of("combined-fusion", "combined-regeneration")) {
      JsonNode settings = stored(method, study, bright);
      JsonNode three = settings.path("fusion").isMissingNode() ? settings : settings.get("fusion");
      assertEquals(weight, three.at("/counterfactual_weight").asDouble(), method);
      assertEquals("FLAIR", three.at("/brightness/channel").asText(), method);
      double share = three.at("/brightness/weight").asDouble();
      assertTrue(share > 0 && share < 1, method + " " + share);
    }
  }

  /** Calibrates a combination, detects with it, and says what calibration stored. */
  private JsonNode stored(String method, Path study, String... more) throws Exception {
    List<String> calibrate =
        new ArrayList<>(
            List.of("calibrate", config.toString(), "--model=" + model, "--method=" + method));
    calibrate.addAll(List.of(more));
    CommandRun calibrated = CommandRun.of(calibrate.toArray(new String[0]));
    assertEquals(0, calibrated.exit(), calibrated.err());
    CommandRun detected =
        CommandRun.of(
            "detect",
            "--model=" + model,
            "--method=" + method,
            study.toString(),
            "--out=" + folder.resolve(method + more.length));
    assertEquals(0, detected.exit(), detected.err());
    return new ObjectMapper()
        .readTree(model.resolve("detector-%s.json".formatted(method)).toFile())
        .get("settings");
  }

  private void assertImageLabelsSetAThreshold(Path study) throws Exception {
    String[] byLabels = {
      "calibrate", config.toString(), "--model=" + model, "--set=calibration.threshold=image-labels"
    };
    CommandRun calibrated = CommandRun.of(with(byLabels, "--json"));
    assertEquals(0, calibrated.exit(), calibrated.err());
    JsonNode result = new ObjectMapper().readTree(calibrated.out());
    assertEquals(2, result.get("slices").asInt());
    assertEquals(2, result.get("diseasedSlices").asInt());
    double threshold = result.get("imageLabelThreshold").asDouble();
    assertTrue(threshold >= result.get("healthyThreshold").asDouble(), calibrated.out());
    CommandRun detected =
        CommandRun.of(
            "detect",
            "--model=" + model,
            study.toString(),
            "--out=" + folder.resolve("labels"),
            "--json");
    assertEquals(0, detected.exit(), detected.err());
    JsonNode record = new ObjectMapper().readTree(detected.out()).get(0);
    assertEquals(threshold, record.get("threshold").asDouble());
    assertEquals("image labels", record.get("thresholdName").asText());
    CommandRun spots = CommandRun.of(with(byLabels, "--set=calibration.drop_spots=true"));
    assertEquals(0, spots.exit(), spots.err());
    JsonNode stored = new ObjectMapper().readTree(model.resolve("detector.json").toFile());
    assertTrue(stored.get("spot_area").asDouble() >= 0, stored::toString);
    CommandRun unlearnt =
        CommandRun.of(
            "calibrate",
            config.toString(),
            "--model=" + model,
            "--set=calibration.drop_spots=true");
    assertEquals(ExitCode.DATA.code(), unlearnt.exit());
    assertTrue(unlearnt.err().contains("calibration.drop_spots learns from image labels"));
    CommandRun nobody = CommandRun.of(with(byLabels, "--set=calibration.diseased_subjects=ms-*"));
    assertEquals(ExitCode.DATA.code(), nobody.exit());
    assertTrue(nobody.err().contains("no diseased slice of subjects \"ms-*\""), nobody.err());
  }

  private static String[] with(String[] arguments, String more) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = more;
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aCriticIsTrainedAndSaysWhatItLooksAt(int dimensions) throws Exception {
    String layout = "--set=critic.network.dimensions=" + dimensions;
    CommandRun critic = train("critic", "--set=critic.constraint.scale=50", layout, "--json");
    assertEquals(0, critic.exit(), critic.err());
    JsonNode result = new ObjectMapper().readTree(critic.out());
    assertEquals(model.resolve("critic.safetensors").toString(), result.get("network").asText());
    assertTrue(result.get("validation").has("accuracy"), result.toString());
    Path curves = model.resolve("critic/loss.png");
    assertTrue(Files.exists(curves));
    List<MetricsLine> steps = MetricsLog.read(model.resolve("critic/metrics.jsonl"));
    assertFalse(steps.get(0).values().containsKey("loss_q1"), "its images are not noised");
    Path study = folder.resolve("study");
    CommandRun.of("phantom", "--pathology=glioma", "--subjects=1", "--out", study.toString());
    CommandRun attributed =
        CommandRun.of(
            "attribute",
            "--model=" + model,
            study.toString(),
            "--out=" + folder.resolve("maps"),
            "--method=expected-gradients",
            "--steps=2",
            "--references=" + shared.resolve("set"));
    assertEquals(0, attributed.exit(), attributed.err());
  }

  @Test
  void aClassifierMayBeConstrained() {
    CommandRun run = train("classifier", "--set=classifier.constraint.weight=0.5");
    assertEquals(0, run.exit(), run.err());
    CommandRun impossible =
        train("classifier", "--set=classifier.constraint.attributions=[expected-gradients]");
    assertEquals(ExitCode.DATA.code(), impossible.exit());
    assertTrue(impossible.err().contains("other noise levels"), impossible.err());
  }

  @Test
  void aCriticNeedsASectionAndImagesLargeEnough() throws Exception {
    CommandRun small = train("critic", "--set=critic.network.filters=[8, 8, 8, 8]");
    assertEquals(ExitCode.DATA.code(), small.exit());
    assertTrue(small.err().contains("an image side of 16 is too short for 4 filters"), small.err());
    CommandRun flat =
        train("critic", "--set=critic.network.dimensions=3", "--set=critic.network.context=0");
    assertEquals(ExitCode.DATA.code(), flat.exit());
    assertTrue(flat.err().contains("dimensions is 3, but there is one slice only"), flat.err());
    Files.writeString(config, Files.readString(config).replaceAll("(?s)critic:.*?(?=calib)", ""));
    CommandRun none = train("critic");
    assertEquals(ExitCode.DATA.code(), none.exit());
    assertTrue(none.err().startsWith("hale: the configuration has no critic section"), none.err());
    assertEquals(1, none.err().lines().count());
  }

  @Test
  void theRunsFolderSaysWhatWasTrainedAndHow() {
    CommandRun run = train("diffusion", "--set=lr=0.002", "--set=diffusion.training.seed=7");
    assertEquals(0, run.exit(), run.err());
    Path folder = model.resolve("diffusion");
    for (String file :
        List.of("loss.png", "loss.html", "checkpoint.safetensors", "best.safetensors")) {
      assertTrue(Files.exists(folder.resolve(file)), file);
    }
    TrainingConfig resolved = TrainingConfig.read(folder.resolve("config.yaml"), List.of());
    assertEquals(
        TrainingConfig.read(
            config, List.of("diffusion.training.lr=0.002", "diffusion.training.seed=7")),
        resolved);
    assertEquals(0.002, resolved.diffusion().training().lr());
    assertArrayEquals(LongStream.rangeClosed(1, 6).toArray(), steps());
    assertEquals(1, lines("validation_loss").size(), "one at the end");
  }

  @Test
  void anInterruptedTrainingResumesToTheSameWeights() throws Exception {
    // A constant rate lets the number of steps change, which stands for an interruption.
    String constant = "--set=schedule=constant";
    assertEquals(0, train("diffusion", constant, "--threads=1").exit());
    byte[] whole = Files.readAllBytes(model.resolve("diffusion/checkpoint.safetensors"));
    model = folder.resolve("again");
    assertEquals(0, train("diffusion", constant, "--threads=1", "--set=steps=3").exit());
    CommandRun resumed = train("diffusion", "--resume", constant, "--threads=1");
    assertEquals(0, resumed.exit(), resumed.err());
    assertTrue(resumed.err().contains("Going on after step 3"), resumed.err());
    assertArrayEquals(LongStream.rangeClosed(1, 6).toArray(), steps());
    byte[] resumedBytes = Files.readAllBytes(model.resolve("diffusion/checkpoint.safetensors"));
    assertArrayEquals(whole, resumedBytes);
    assertEquals(0, train("diffusion", constant, "--resume=previous", "--threads=1").exit());
  }

  @Test
  void aVariationalAutoencoderLearnsFromHealthySlices() throws Exception {
    CommandRun run = train("vae", "--json");
    assertEquals(0, run.exit(), run.err());
    JsonNode result = new ObjectMapper().readTree(run.out());
    assertEquals(model.resolve("vae.safetensors").toString(), result.get("network").asText());
    assertTrue(result.get("validation").has("loss_kl"), run.out());
    try (NetworkFile file = NetworkFile.readVae(model.resolve("vae.safetensors"))) {
      assertEquals(16, file.vae().config().imageSize());
      assertTrue(file.config().has("preprocessing"));
    }
  }

  @Test
  void aFixedPointGanTrainsAndResumes() throws Exception {
    String constant = "--set=schedule=constant";
    assertEquals(0, train("fixed-point-gan", constant, "--set=steps=2").exit());
    CommandRun run = train("fixed-point-gan", constant, "--resume", "--json");
    assertEquals(0, run.exit(), run.err());
    JsonNode result = new ObjectMapper().readTree(run.out());
    assertEquals(4, result.get("steps").asInt());
    assertTrue(result.get("validation").has("loss_cycle"), run.out());
    Path file = model.resolve("fixed-point-gan.safetensors");
    assertEquals(file.toString(), result.get("network").asText());
    try (NetworkFile read = NetworkFile.readGenerator(file)) {
      assertEquals(16, read.generator().config().imageSize());
    }
    List<MetricsLine> lines =
        MetricsLog.read(model.resolve("fixed-point-gan/metrics.jsonl")).stream()
            .filter(line -> line.values().containsKey("discriminator_loss"))
            .toList();
    assertEquals(4, lines.size());
  }

  @Test
  void aBaselineWithoutASectionIsRefused() throws Exception {
    Files.writeString(config, Files.readString(config).replaceAll("(?s)vae:.*", ""));
    CommandRun run = train("vae");
    assertEquals(
        "hale: the configuration has no section vae, which says how to train it\n", run.err());
  }

  @Test
  void mistakesInABaselinesSectionAreReported() {
    assertFails(
        "fixed-point-gan",
        "--set=batch=9",
        "--set fixed_point_gan.training.batch=9: training.batch is 9, expected a multiple of"
            + " losses.discriminator_steps, 2");
    assertFails(
        "fixed-point-gan",
        "--set=fixed_point_gan.losses.cycle=-1",
        "--set fixed_point_gan.losses.cycle=-1: cycle is -1.0, expected 0 or more");
    assertFails(
        "fixed-point-gan",
        "--set=fixed_point_gan.losses.cycles=1",
        "--set fixed_point_gan.losses.cycles=1: unknown key, did you mean cycle?");
    assertFails(
        "vae",
        "--set=balance=labels",
        "--set vae.training.balance=labels: training.balance is labels, expected none: the network"
            + " sees healthy images alone");
    assertFails(
        "vae",
        "--set=noise_levels=400",
        "--set vae.training.noise_levels=400: training.noise_levels is 400, expected none: the"
            + " network sees images without noise");
    assertFails(
        "vae",
        "--set=vae.network.filters=[12]",
        "--set vae.network.filters=[12]: filters has 12, expected multiples of 8");
  }

  @Test
  void severalProcessesTrainTogether() throws Exception {
    CommandRun run = train("diffusion", "--processes", "2", "--json", "--set=validate_every=0");
    assertEquals(0, run.exit(), run.err());
    JsonNode result = new ObjectMapper().readTree(run.out());
    assertEquals(6, result.get("steps").asInt());
    assertArrayEquals(LongStream.rangeClosed(1, 6).toArray(), steps());
    assertFalse(run.err().contains("[rank 1]"), run.err());
  }

  @Test
  void aMistakeIsToldOnceAndNotByEveryProcess() {
    CommandRun run = train("diffusion", "--processes=2", "--set=lr=-1");
    assertEquals(ExitCode.DATA.code(), run.exit());
    assertEquals(1, run.err().lines().count(), run.err());
  }

  @Test
  void processesThatDoNotFitTogetherAreRefused() {
    CommandRun alone = train("diffusion", "--rank=0");
    assertEquals(ExitCode.USAGE.code(), alone.exit());
    assertTrue(
        alone.err().startsWith("hale: --world-size, --rank and --master belong together"),
        alone.err());
    CommandRun both = train("diffusion", "--processes=2", "--rank=0");
    assertEquals(ExitCode.USAGE.code(), both.exit());
    CommandRun outside =
        train("diffusion", "--world-size=2", "--rank=2", "--master=127.0.0.1:29500");
    assertEquals(
        "hale: --rank 2 is out of range: with --world-size 2 it is 0 to 1\n", outside.err());
  }

  @Test
  void aDeviceThatIsAbsentIsReportedBeforeAnythingIsMade() {
    Path data = folder.resolve("unprepared");
    CommandRun training = train("vae", "--device=cuda:99", "--data=" + data);
    CommandRun calibration =
        CommandRun.of(
            "calibrate",
            config.toString(),
            "--model=" + model,
            "--data=" + data,
            "--device=cuda:99");
    for (CommandRun run : List.of(training, calibration)) {
      assertTrue(run.err().startsWith("hale: cuda:99 is not available: "), run.err());
      assertEquals(1, run.err().lines().count(), run.err());
      assertEquals(ExitCode.DEVICE.code(), run.exit());
    }
    CommandRun unknown = train("vae", "--device=abacus");
    assertEquals("hale: unknown device \"abacus\": expected cpu, cuda or cuda:N\n", unknown.err());
    assertFalse(Files.exists(model));
    assertFalse(Files.exists(data));
    assertEquals(0, train("vae", "--device=cpu", "--set=steps=1").exit());
  }

  @Test
  void severalProcessesAreRefusedOnAGpu() {
    String message =
        "hale: --device cuda:0 is for one process; leave out --processes, --world-size, --rank and"
            + " --master";
    for (List<String> several :
        List.of(
            List.of("--processes=2"),
            List.of("--world-size=2", "--rank=0", "--master=127.0.0.1:29500"))) {
      List<String> options = new ArrayList<>(several);
      options.add("--device=cuda");
      CommandRun run = train("diffusion", options.toArray(new String[0]));
      assertTrue(run.err().startsWith(message), run.err());
      assertEquals(ExitCode.USAGE.code(), run.exit());
      assertFalse(Files.exists(model));
    }
  }

  @Test
  void aTrainingBeginsWithAnotherOnesWeights() throws Exception {
    assertEquals(0, train("diffusion", "--set=noise_levels=500", "--set=steps=1").exit());
    String first = "--set=diffusion.initial=" + model.resolve("diffusion.safetensors");
    model = folder.resolve("tuned");
    CommandRun tuned = train("diffusion", first, "--set=steps=1", "--set=lr=1e-30");
    assertEquals(0, tuned.exit(), tuned.err());
    try (NetworkFile file = NetworkFile.readUNet(model.resolve("diffusion.safetensors"))) {
      assertTrue(file.config().has("initial_sha256"));
    }
    model = folder.resolve("refused");
    Path network = folder.resolve("model/diffusion.safetensors");
    CommandRun refused = train("classifier", "--set=classifier.initial=" + network);
    assertEquals(
        "hale: " + network + ": expected a classifier, the file holds unet\n", refused.err());
    assertEquals(ExitCode.MODEL.code(), refused.exit());
    assertFalse(Files.exists(model));
  }

  @Test
  void aFolderWithATrainingIsNotOverwritten() {
    assertEquals(0, train("diffusion", "--set=steps=1").exit());
    CommandRun again = train("diffusion");
    assertEquals(ExitCode.DATA.code(), again.exit());
    assertEquals(
        "hale: %s holds a training already; go on with it by --resume, or choose another --out\n"
            .formatted(model.resolve("diffusion")),
        again.err());
    CommandRun none = train("classifier", "--resume");
    assertEquals(
        "hale: %s holds no training to resume; leave out --resume to start one\n"
            .formatted(model.resolve("classifier")),
        none.err());
  }

  @Test
  void aFolderInWhichAnotherRunTrainsIsLeftAlone() {
    try (FolderLock other = FolderLock.of(model.resolve("critic"))) {
      CommandRun run = train("critic");
      assertEquals(ExitCode.DATA.code(), run.exit(), run.err());
      assertTrue(run.err().contains("critic: another run works in it"), run.err());
    }
    assertEquals(0, train("critic").exit());
  }

  @Test
  void mistakesAreReportedBeforeAnythingIsMade() {
    assertFails("--set=lrr=3", "--set diffusion.training.lrr=3: unknown key, did you mean lr?");
    assertFails(
        "--set=diffusion.training.lr=-1",
        "--set diffusion.training.lr=-1: lr is -1.0, expected a number above 0");
    assertFails(
        "--set=noise_levels=2000",
        "--set diffusion.training.noise_levels=2000: training.noise_levels is 2000, but"
            + " process.training_steps is 1000");
    assertFails(
        "--set=data.image_size=15",
        config + ":1: network layout: image size 15 is not a multiple of the total stride 2");
    assertFails(
        "--set=diffusion.network.context=1",
        config
            + ":15: classifier.network.context is 0 and diffusion.network.context 1, but the one"
            + " guides the other (calibration.guidance is 1.0): give both the same");
    assertFails(
        "--set=diffusion.network.model_channels=40",
        "--set diffusion.network.model_channels=40: channel_mult 1.0 times model_channels 40 is"
            + " 40.0, expected a multiple of 32");
  }

  private void assertFails(String option, String message) {
    assertFails("diffusion", option, message);
  }

  private void assertFails(String network, String option, String message) {
    CommandRun run = train(network, option);
    assertEquals("hale: " + message + "\n", run.err());
    assertEquals(ExitCode.DATA.code(), run.exit());
    assertFalse(Files.exists(model));
  }

  private long[] steps() {
    return lines("loss").stream().mapToLong(MetricsLine::step).toArray();
  }

  private List<MetricsLine> lines(String value) {
    return MetricsLog.read(model.resolve("diffusion/metrics.jsonl")).stream()
        .filter(line -> line.values().containsKey(value))
        .toList();
  }

  /** What died before its first checkpoint does not stand in the way, with and without --resume. */
  @Test
  void aTrainingWithoutACheckpointBeginsAgain() throws Exception {
    for (String[] options : new String[][] {{}, {"--resume"}}) {
      model = folder.resolve("model" + options.length);
      Path begun = Files.createDirectories(model.resolve("vae"));
      for (String name : List.of("config.yaml", "metrics.jsonl", "events.out.tfevents.1.a.2")) {
        Files.writeString(begun.resolve(name), "{\"step\": 1}\n");
      }
      CommandRun again = train("vae", options);
      assertEquals(0, again.exit(), again.err());
      assertTrue(train("vae").err().contains("go on with it by --resume"));
    }
  }

  private CommandRun train(String network, String... options) {
    List<String> arguments = new ArrayList<>(List.of("train", network, "--out", model.toString()));
    arguments.addAll(List.of(options));
    arguments.add(config.toString());
    return CommandRun.of(arguments.toArray(new String[0]));
  }
}
