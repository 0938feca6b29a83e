package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.TinyModel;
import dev.hale.attribution.AttributionMethod;
import dev.hale.attribution.CriticScore;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomSubject;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.DetectionSeries;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.SliceDetector;
import dev.hale.detection.SliceImages;
import dev.hale.detection.ThresholdRule;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.Device;
import dev.hale.engine.Engine;
import dev.hale.engine.Precision;
import dev.hale.engine.kernels.Kernels;
import dev.hale.scan.AnomalyMap;
import dev.hale.scan.Grid;
import dev.hale.scan.Scan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every method has in common, and what sets each apart, on random networks. */
@Tag("slow")
public class MethodsTest {
  private static final AttributionSettings ATTRIBUTION =
      new AttributionSettings(
          AttributionMethod.GRADIENT, CriticScore.LOGIT, 1, 1, ThresholdRule.OTSU);

  private static final FusionSettings FUSION =
      new FusionSettings(TinyModel.settings(), ATTRIBUTION, 0.7);

  private static final FusionSettings BRIGHT =
      new FusionSettings(
          TinyModel.settings(), ATTRIBUTION, 0.7, new FusionSettings.BrightnessPart("FLAIR", 0.2));

  private static final RegenerationSettings REGENERATION =
      new RegenerationSettings(
          BRIGHT,
          new RegenerationSettings.Chain(300, 3, 2, 2, 2, 0.5, 1, 95, 0.5, 0.1, 1),
          new RegenerationSettings.Levels(0.05, 0.01, -1e9));

  @TempDir static Path folder;
  private static PhantomSubject subject;

  @BeforeAll
  static void model() throws IOException {
    TinyModel.write(folder, "FLAIR", "T1");
    TinyModel.writeAllNetworks(folder, "FLAIR", "T1");
    subject = Phantom.subject(Pathology.GLIOMA, 3);
  }

  /** The names of all methods with networks. */
  static Stream<String> learned() {
    return Methods.names().stream().filter(name -> !name.equals("intensity"));
  }

  public static MethodSettings settings(DetectionMethod<?> method) {
    return switch (method.name()) {
      case "counterfactual", "combined-guidance", "ddpm", "reconstruction" -> TinyModel.settings();
      case "classifier-free" -> TinyModel.settings().withEncodingLabel(2);
      case "attribution", "attribution-unconstrained" -> ATTRIBUTION;
      case "combined-gate" -> new GateSettings(TinyModel.settings(), ATTRIBUTION, 1e-3);
      case "combined-fusion" -> BRIGHT;
      case "combined-regeneration" -> REGENERATION;
      case "combined-segmenter" ->
          new SegmenterSettings(
              1,
              ThresholdRule.OTSU,
              new HealingPart(
                  REGENERATION.chain().healing(),
                  1,
                  Difference.ABSOLUTE,
                  new GateLevels(0.5, 0.4)));
      case "dif-fuse" ->
          new DifFuseSettings(
              ATTRIBUTION,
              new HealingPart(
                  REGENERATION.chain().healing(),
                  1,
                  Difference.ABSOLUTE,
                  new GateLevels(1e-4, 1e-5)),
              1,
              ThresholdRule.OTSU);
      case "anofpdm" ->
          new AnofpdmSettings(200, 3, 2, 2, Difference.ABSOLUTE, 1, ThresholdRule.OTSU);
      case "andi" ->
          new AndiSettings(
              new AndiSettings.Levels(50, 200, 3), Difference.ABSOLUTE, 1, ThresholdRule.OTSU);
      case "vae", "fixed-point-gan" ->
          new TranslationSettings(Difference.ABSOLUTE, 1, ThresholdRule.OTSU);
      default -> throw new IllegalArgumentException(method.name());
    };
  }

  private static AnomalyMap detect(DetectionMethod<?> method, MethodSettings settings, int batch) {
    return detect(method, settings, batch, DetectionProgress.NONE);
  }

  private static AnomalyMap detect(
      DetectionMethod<?> method, MethodSettings settings, int batch, DetectionProgress progress) {
    DetectorOptions options = new DetectorOptions(Device.CPU, Precision.FLOAT32, batch, 1);
    try (SliceDetector detector =
        new SliceDetector(folder, DetectorConfig.unmeasured(method, settings, 99), options)) {
      return detector.detect(subject.scan(), subject.brain(), progress);
    }
  }

  @Test
  void theNetworkIsCalledInSomeOfTheSteps() {
    CounterfactualSettings every = TinyModel.settings().withNoiseLevelAndSteps(200, 8);
    DetectionMethod<?> method = Methods.named("counterfactual");
    AnomalyMap want = detect(method, every, 4);
    assertEquals("8", want.provenance().get("calls"));
    double[] left = {Double.NaN};
    AnomalyMap half =
        detect(method, every.withCalls(4), 4, (done, total) -> left[0] = total - done);
    assertEquals(0, left[0], 1e-9);
    assertEquals("4", half.provenance().get("calls"));
    assertFalse(Arrays.equals(want.map(), half.map()));
    ChainCache cache = new ChainCache(1 << 24);
    for (CounterfactualSettings settings : List.of(every, every.withCalls(4))) {
      DetectorConfig config = DetectorConfig.unmeasured(method, settings, 99);
      DetectorOptions options = new DetectorOptions(Device.CPU, Precision.FLOAT32, 4, 1);
      try (SliceDetector detector = new SliceDetector(folder, config, options, cache)) {
        AnomalyMap cached =
            detector.detect(subject.scan(), subject.brain(), DetectionProgress.NONE);
        assertArrayEquals((settings.calls() == 0 ? want : half).map(), cached.map());
      }
    }
  }

  @Test
  void bf16IsComputedInWhereItIsQuicker() {
    Kernels kernels = Kernels.of(Device.CPU);
    DetectionMethod<?> method = Methods.named("counterfactual");
    AnomalyMap full = detect(method, settings(method), 4);
    DetectorConfig config = DetectorConfig.unmeasured(method, settings(method), 99);
    DetectorOptions options = new DetectorOptions(Device.CPU, Precision.BF16, 4, 1);
    try (SliceDetector detector = new SliceDetector(folder, config, options)) {
      AnomalyMap half = detector.detect(subject.scan(), subject.brain(), DetectionProgress.NONE);
      String computed = half.provenance().get("precision");
      assertEquals(kernels.usable(Precision.BF16).toString(), computed);
      assertEquals(computed.equals("float32"), Arrays.equals(full.map(), half.map()));
    }
  }

  @ParameterizedTest
  @MethodSource("learned")
  void aMapDependsOnNeitherRunNorBatch(String name) {
    DetectionMethod<?> method = Methods.named(name);
    AnomalyMap first = detect(method, settings(method), 16);
    assertEquals(name, first.provenance().get("method"));
    float highest = 0;
    for (int v = 0; v < first.map().length; v++) {
      float value = first.map()[v];
      highest = Math.max(highest, value);
      assertTrue(value >= 0 && (subject.brain()[v] != 0 || value == 0), "voxel " + v);
    }
    assertTrue(highest > 0);
    assertArrayEquals(first.map(), detect(method, settings(method), 16).map());
    assertArrayEquals(first.map(), detect(method, settings(method), 5).map(), 1e-4f * highest);
    boolean healthy = !name.matches("attribution.*|an.*");
    assertEquals(healthy, first.reconstruction() != null);
  }

  @ParameterizedTest
  @MethodSource("learned")
  void noBitOfAMapDependsOnHowManyBatchesAreComputedAtOnce(String name) {
    DetectionMethod<?> method = Methods.named(name);
    DetectorConfig config = DetectorConfig.unmeasured(method, settings(method), 99);
    int threads = Engine.threads();
    List<AnomalyMap> maps = new ArrayList<>();
    try {
      Engine.setThreads(1);
      for (int workers : new int[] {1, 3}) {
        DetectorOptions options = new DetectorOptions(Device.CPU, Precision.FLOAT32, 2, 1, workers);
        try (SliceDetector detector = new SliceDetector(folder, config, options)) {
          maps.add(detector.detect(subject.scan(), subject.brain(), DetectionProgress.NONE));
        }
      }
    } finally {
      Engine.setThreads(threads);
    }
    assertArrayEquals(maps.get(0).map(), maps.get(1).map());
    assertArrayEquals(maps.get(0).uncertainty(), maps.get(1).uncertainty());
  }

  @ParameterizedTest
  @MethodSource("learned")
  void noBitOfAMapDependsOnWhatElseIsInItsBatch(String name) {
    DetectionMethod<?> method = Methods.named(name);
    DetectorConfig config = DetectorConfig.unmeasured(method, settings(method), 99);
    DetectorOptions five = new DetectorOptions(Device.CPU, Precision.FLOAT32, 5, 1);
    try (SliceDetector detector = new SliceDetector(folder, config, five);
        DetectionSeries series = detector.series()) {
      AnomalyMap alone = detector.detect(subject.scan());
      PhantomSubject other = Phantom.subject(Pathology.MS, 4);
      List<DetectionSeries.Turn> turns = new ArrayList<>();
      for (Scan scan : List.of(few(other.scan(), 3), subject.scan(), few(other.scan(), 6))) {
        turns.add(series.prepare(scan, null, DetectionProgress.NONE));
        turns.get(turns.size() - 1).join();
      }
      while (!turns.stream().allMatch(DetectionSeries.Turn::isDone)) { // in whatever order
        assertTrue(series.compute(true));
      }
      assertArrayEquals(alone.map(), turns.get(1).map().map());
    }
  }

  /** The middle slices, so that the next scan's fall on other places of a batch. */
  private static Scan few(Scan scan, int count) {
    Grid grid = scan.grid();
    int from = grid.nx() * grid.ny() * ((grid.nz() - count) / 2);
    Grid fewer = new Grid(grid.nx(), grid.ny(), count, grid.affine());
    float[] voxels = new float[scan.channels().size() * fewer.size()];
    for (int c = 0; c < scan.channels().size(); c++) {
      System.arraycopy(scan.channel(c), from, voxels, c * fewer.size(), fewer.size());
    }
    return new Scan(scan.name(), scan.channels(), fewer, voxels);
  }

  @Test
  void aGateThatIsShutLeavesTheUnguidedReconstruction() {
    CounterfactualSettings chain = TinyModel.settings();
    AnomalyMap unguided = detect(Methods.named("counterfactual"), chain.withGuidance(0), 16);
    float[] shut =
        detect(Methods.named("combined-gate"), new GateSettings(chain, ATTRIBUTION, 1e12), 16)
            .map();
    assertArrayEquals(unguided.map(), shut, 1e-4f);
    float[] open =
        detect(Methods.named("combined-gate"), new GateSettings(chain, ATTRIBUTION, 1e-6), 16)
            .map();
    double most = 0;
    for (int v = 0; v < open.length; v++) {
      most = Math.max(most, Math.abs(open[v] - shut[v]));
    }
    assertTrue(most > 1e-3, "an open gate changes the map by " + most);
  }

  @Test
  void classifierFreeWithWeightOneIsTheHealthyClassAlone() {
    CounterfactualSettings plain = TinyModel.settings().withGuidance(0).withEncodingLabel(2);
    AnomalyMap byClass = detect(Methods.named("counterfactual"), plain, 16);
    AnomalyMap free = detect(Methods.named("classifier-free"), plain.withGuidance(1), 16);
    assertArrayEquals(byClass.map(), free.map(), 1e-3f);
  }

  @Test
  void fusionIsTheWeightedGeometricMeanOfSmoothedMaps() {
    float[][] difference = maps(Methods.named("counterfactual"), FUSION.counterfactual());
    float[][] attribution = maps(Methods.named("attribution"), FUSION.attribution());
    float[][] fused = maps(Methods.named("combined-fusion"), FUSION);
    for (int n = 0; n < fused.length; n++) {
      for (int p = 0; p < fused[n].length; p++) {
        double expected = Math.pow(difference[n][p], 0.7) * Math.pow(attribution[n][p], 0.3);
        assertEquals(expected, fused[n][p], 1e-5 * expected, "pixel " + p);
      }
    }
  }

  @Test
  void brightnessIsAThirdPartOfTheGeometricMean() {
    float[][] fused = maps(Methods.named("combined-fusion"), FUSION);
    float[][] three = maps(Methods.named("combined-fusion"), BRIGHT);
    Brightness brightness = new Brightness("FLAIR", List.of("FLAIR", "T1"));
    float[][] images = images();
    boolean some = false;
    for (int n = 0; n < fused.length; n++) {
      float[] b = brightness.values(images[n], brain(fused[n].length));
      for (int p = 0; p < fused[n].length; p++) {
        double expected = Math.pow(fused[n][p], 0.8) * Math.pow(b[p], 0.2);
        assertEquals(expected, three[n][p], 1e-5 * expected, "pixel " + p);
        some |= expected > 0;
      }
    }
    assertTrue(some);
  }

  @Test
  void brightnessHasNoSayInWhatIsMadeNew() {
    DetectionMethod<?> method = Methods.named("combined-regeneration");
    AnomalyMap three = detect(method, REGENERATION, 4);
    AnomalyMap two =
        detect(
            method,
            new RegenerationSettings(FUSION, REGENERATION.chain(), REGENERATION.levels()),
            4);
    assertArrayEquals(two.reconstruction().voxels(), three.reconstruction().voxels());
    assertFalse(Arrays.equals(two.map(), three.map()));
  }

  private static float[][] images() {
    int values = 2 * TinyModel.SIZE * TinyModel.SIZE;
    Random random = new Random(3);
    float[][] images = new float[2][values];
    for (float[] image : images) {
      for (int v = 0; v < values; v++) {
        image[v] = 2 * random.nextFloat() - 1;
      }
    }
    return images;
  }

  /** All but the first row. */
  private static byte[] brain(int pixels) {
    byte[] brain = new byte[pixels];
    Arrays.fill(brain, (int) Math.sqrt(pixels), pixels, (byte) 1);
    return brain;
  }

  /** Of two random images. */
  private static float[][] maps(DetectionMethod<?> method, MethodSettings settings) {
    DetectorConfig config = DetectorConfig.unmeasured(method, settings, 99);
    try (SliceDetector detector = new SliceDetector(folder, config, DetectorOptions.defaults())) {
      float[][] images = images();
      byte[] brain = brain(images[0].length / 2);
      byte[][] brains = {brain, brain};
      return detector.maps(images, brains, DetectionProgress.NONE);
    }
  }

  @Test
  void anAttributionIsAMeanOverTheSlicesAroundIt() {
    AttributionSettings alone = smoothedAcross(0);
    AttributionSettings across = smoothedAcross(0.9);
    float[][] images = Arrays.copyOf(images(), 5);
    images[2] = images[0].clone();
    images[2][300] = 0.9f;
    images[3] = images[1].clone();
    images[3][200] = -0.9f;
    images[4] = images[0];
    byte[] brain = brain(images[0].length / 2);
    byte[] smaller = brain.clone();
    Arrays.fill(smaller, 40, 80, (byte) 0);
    byte[][] brains = {brain, brain, smaller, brain, brain};
    int[][] neighbours = { // three to map; of the last two slices one is a neighbour only, one none
      {-1, -1, 0, 1, 2}, {-1, 0, 1, 2, 3}, {0, 1, 2, 3, -1}
    };
    float[][] single = maps(alone, SliceImages.alone(images, brains, 0));
    float[][] smoothed = maps(across, new SliceImages(images, brains, neighbours));
    assertEquals(3, smoothed.length);
    for (int n = 0; n < 3; n++) {
      for (int p = 0; p < brain.length; p++) {
        double sum = 0;
        double weights = 0;
        for (int d = -2; d <= 2; d++) {
          int at = neighbours[n][2 + d];
          if (at >= 0 && brains[at][p] != 0) {
            double weight = Math.exp(-d * d / (2 * 0.9 * 0.9));
            sum += weight * single[at][p];
            weights += weight;
          }
        }
        double expected = brains[n][p] == 0 ? 0 : sum / weights;
        assertEquals(expected, smoothed[n][p], 1e-6 + 1e-4 * expected, n + ", pixel " + p);
      }
    }
  }

  private static AttributionSettings smoothedAcross(double slices) {
    return new AttributionSettings(
        AttributionMethod.GRADIENT, CriticScore.LOGIT, 1, 0, slices, ThresholdRule.OTSU);
  }

  private static float[][] maps(AttributionSettings settings, SliceImages images) {
    DetectorConfig config = DetectorConfig.unmeasured(Methods.named("attribution"), settings, 99);
    try (SliceDetector detector = new SliceDetector(folder, config, DetectorOptions.defaults())) {
      return detector.maps(images, DetectionProgress.NONE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"combined-fusion", "combined-gate", "combined-regeneration"})
  void combinationsSeeTheSlicesAround(String name) {
    DetectionMethod<?> method = Methods.named(name);
    AttributionSettings across = smoothedAcross(1);
    FusionSettings fusion = new FusionSettings(TinyModel.settings(), across, 0.7);
    MethodSettings settings =
        switch (name) {
          case "combined-gate" -> new GateSettings(TinyModel.settings(), across, 1e-3);
          case "combined-fusion" -> fusion;
          default -> new RegenerationSettings(fusion, REGENERATION.chain(), REGENERATION.levels());
        };
    AnomalyMap map = detect(method, settings, 3);
    assertEquals("1.0", map.provenance().get("attributionSmoothingAcross"));
    assertArrayEquals(map.map(), detect(method, settings, 7).map(), 1e-4f);
    assertFalse(Arrays.equals(map.map(), detect(method, settings(method), 3).map()));
  }

  @Test
  void fusionSaysThatItsWeightWasNeverMeasured() {
    DetectorConfig config =
        DetectorConfig.unmeasured(
            Methods.named("combined-fusion"),
            new FusionSettings(TinyModel.settings(), ATTRIBUTION, null),
            99);
    String said =
        assertThrows(
                CheckpointException.class,
                () -> new SliceDetector(folder, config, DetectorOptions.defaults()))
            .getMessage();
    assertTrue(said.endsWith("calibrate combined-fusion first"), said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddpm", "reconstruction"})
  void whatDrawsAtRandomCallsTheNetworkInEveryStep(String method) {
    DetectorConfig few =
        DetectorConfig.unmeasured(Methods.named(method), TinyModel.settings().withCalls(1), 99);
    String said =
        assertThrows(
                IllegalArgumentException.class,
                () -> new SliceDetector(folder, few, DetectorOptions.defaults()))
            .getMessage();
    assertEquals(
        method
            + " draws at random and calls its network in every step; leave out calls and sampler",
        said);
  }

  @Test
  void withoutGuidanceNoClassifierIsNeeded() throws IOException {
    Path bare = Files.createDirectories(folder.resolve("bare"));
    Files.copy(folder.resolve("diffusion.safetensors"), bare.resolve("diffusion.safetensors"));
    DetectorConfig config =
        DetectorConfig.unmeasured(
            Methods.named("counterfactual"), TinyModel.settings().withGuidance(0), 99);
    try (SliceDetector detector = new SliceDetector(bare, config, DetectorOptions.defaults())) {
      assertNull(detector.provenance().get("classifierSha256"));
    }
    DetectorConfig guided = config.withSettings(TinyModel.settings());
    assertThrows(
        CheckpointException.class,
        () -> new SliceDetector(bare, guided, DetectorOptions.defaults()));
  }

  @Test
  void intensityNeedsNoModel() {
    try (IntensityDetector detector = new IntensityDetector()) {
      AnomalyMap found = detector.detect(subject.scan(), subject.brain(), DetectionProgress.NONE);
      assertNull(found.reconstruction());
      assertTrue(Arrays.equals(found.mask(), detector.detect(subject.scan()).mask()));
    }
  }
}
