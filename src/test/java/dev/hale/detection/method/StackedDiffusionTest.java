package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.TinyModel;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomSubject;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.SliceDetector;
import dev.hale.detection.SliceImages;
import dev.hale.engine.Checkpoint;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.Device;
import dev.hale.engine.Engine;
import dev.hale.engine.Parameters;
import dev.hale.engine.Precision;
import dev.hale.engine.SafeTensors;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.engine.kernels.Kernels;
import dev.hale.model.NetworkFile;
import dev.hale.scan.AnomalyMap;
import dev.hale.scan.PreparedScan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Diffusion models and classifiers that see the slices below and above, on random networks. */
@Tag("slow")
class StackedDiffusionTest {
  private static final String[] CHANNELS = {"FLAIR", "T1"};
  private static final int SLICES = 3;

  @TempDir static Path shared;
  private static Path single;
  private static Path blind; // to the slices around
  private static Path seeing;
  private static PhantomSubject subject;

  @BeforeAll
  static void models() throws IOException {
    subject = Phantom.subject(Pathology.GLIOMA, 3);
    single = model("single");
    blind = model("blind");
    seeing = model("seeing");
    for (String network :
        new String[] {"diffusion", "healthy-diffusion", "classifier", "constrained-classifier"}) {
      stack(blind, network, 0);
      stack(seeing, network, 0.05);
    }
  }

  private static Path model(String name) throws IOException {
    Path folder = TinyModel.write(shared.resolve(name), CHANNELS);
    TinyModel.writeAllNetworks(folder, CHANNELS);
    return folder;
  }

  /**
   * Makes a network of slices one of stacks, which does with the slice in the middle what it did
   * before.
   *
   * @param say spread of the weights by which the slices around take part
   */
  private static void stack(Path folder, String name, double say) {
    Path file = folder.resolve(name + ".safetensors");
    Engine.seed(11);
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard();
        NetworkFile network =
            name.contains("classifier")
                ? NetworkFile.readClassifier(file)
                : NetworkFile.readUNet(file)) {
      ObjectNode config = network.config().deepCopy();
      ((ObjectNode) config.at("/network/backbone")).put("in_channels", SLICES * CHANNELS.length);
      Map<String, Tensor> weights = new TreeMap<>(network.parameters().asMap());
      weights.computeIfPresent("input_blocks.0.0.weight", (key, w) -> among(w, 1, say));
      if (!name.contains("classifier")) {
        weights.computeIfPresent("out.2.weight", (key, w) -> among(w, 0, say));
        weights.computeIfPresent("out.2.bias", (key, w) -> among(w, 0, say));
      }
      try (Parameters stacked = Parameters.of(weights)) {
        NetworkFile.write(file, stacked, config);
      }
    }
  }

  /** Weights of a slice among those of a stack. */
  private static Tensor among(Tensor own, int dimension, double say) {
    long[] shape = own.shape();
    shape[dimension] *= SLICES;
    Tensor all = torch.randn(shape).mul(new Scalar(say));
    all.narrow(dimension, own.size(dimension), own.size(dimension)).copy_(own);
    return all;
  }

  private static SliceDetector detector(Path folder, String name, int batch) {
    MethodSettings settings = MethodsTest.settings(Methods.named(name));
    DetectorConfig config = DetectorConfig.unmeasured(Methods.named(name), settings, 99);
    return new SliceDetector(
        folder, config, new DetectorOptions(Device.CPU, Precision.FLOAT32, batch, 1));
  }

  private static AnomalyMap detect(Path folder, String name, int batch) {
    try (SliceDetector detector = detector(folder, name, batch)) {
      return detector.detect(subject.scan(), subject.brain(), DetectionProgress.NONE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "counterfactual",
        "classifier-free",
        "combined-gate",
        "combined-guidance",
        "combined-fusion",
        "anofpdm"
      })
  void whereTheSlicesAroundHaveNoSayAStackIsItsMiddle(String method) {
    AnomalyMap want = detect(single, method, 4);
    AnomalyMap found = detect(blind, method, 4);
    float highest = 0;
    for (float value : want.map()) {
      highest = Math.max(highest, value);
    }
    assertTrue(highest > 0);
    assertArrayEquals(want.map(), found.map(), 1e-4f * highest);
    if (want.reconstruction() != null) {
      assertArrayEquals(want.reconstruction().voxels(), found.reconstruction().voxels(), 1e-2f);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "counterfactual",
        "ddpm",
        "reconstruction",
        "andi",
        "anofpdm",
        "combined-fusion",
        "combined-regeneration",
        "combined-segmenter",
        "dif-fuse"
      })
  void theSlicesAroundHaveASayAndTheBatchHasNone(String method) {
    try (SliceDetector detector = detector(seeing, method, 2)) {
      assertEquals(1, detector.context());
      PreparedScan scan = detector.preprocessing().prepare(subject.scan(), subject.brain());
      float[][] around = detector.maps(SliceImages.of(scan, 1), DetectionProgress.NONE);
      float[][] alone = detector.maps(scan.images(), scan.masks(), DetectionProgress.NONE);
      boolean isMap = !method.equals("combined-segmenter"); // its map is a network's of slices
      assertEquals(isMap, !Arrays.deepEquals(around, alone));
    }
    AnomalyMap one = detect(seeing, method, 1);
    AnomalyMap many = detect(seeing, method, 4);
    assertArrayEquals(one.map(), many.map(), 1e-4f, method); // sums of convolutions
    if (one.reconstruction() != null) {
      float[] healthy = one.reconstruction().voxels();
      assertArrayEquals(healthy, many.reconstruction().voxels(), 1e-2f, method);
    }
  }

  @Test
  void onlyTheGateIsMadeNew() {
    SegmenterSettings settings =
        (SegmenterSettings) MethodsTest.settings(Methods.named("combined-segmenter"));
    int size = TinyModel.SIZE;
    Random random = new Random(4);
    float[][] slices = new float[SLICES][CHANNELS.length * size * size];
    byte[][] brains = new byte[SLICES][size * size];
    for (int k = 0; k < SLICES; k++) {
      for (int v = 0; v < slices[k].length; v++) {
        slices[k][v] = 2 * random.nextFloat() - 1;
      }
      Arrays.fill(brains[k], (3 + k) * size, size * size, (byte) 1); // the slices above are smaller
    }
    try (Scope scope = new Scope();
        ModelFolder open =
            new ModelFolder(
                seeing, DetectorOptions.defaults(), Kernels.of(Device.CPU), new ChainCache(0))) {
      Tensor images = Tensors.of(slices, 0, SLICES, SLICES, CHANNELS.length, size, size);
      Tensor inside = Tensors.ofBytes(brains, SLICES, size, size);
      SliceMethod.SliceBatch batch =
          new SliceMethod.SliceBatch(
              images.narrow(0, 1, 1),
              inside.narrow(0, 1, 1),
              new long[] {7},
              1,
              new SliceMethod.Around(images.unsqueeze(0), inside.unsqueeze(0)));
      float[] map =
          Tensors.values(
              new SegmenterMethod()
                  .open(settings.withHealing(null), open)
                  .maps(batch, share -> {})
                  .maps());
      float[] sorted = map.clone();
      Arrays.sort(sorted);
      GateLevels levels = new GateLevels(sorted[sorted.length - 3], sorted[sorted.length - 30]);
      HealingSettings chain = new HealingSettings(300, 3, 2, 2, 1, 0.5, 1, 95);
      SegmenterSettings heals =
          settings.withHealing(new HealingPart(chain, 1, Difference.ABSOLUTE, levels));
      float[] healthy =
          Tensors.values(
              new SegmenterMethod().open(heals, open).maps(batch, share -> {}).healthy());
      Gate gate = Gate.grown(map, brains[1], levels.seed(), levels.reach(), 1).filled(brains[1]);
      int changed = 0;
      for (int v = 0; v < healthy.length; v++) {
        if (gate.has(v % (size * size))) {
          changed += healthy[v] == slices[1][v] ? 0 : 1;
        } else {
          assertEquals(slices[1][v], healthy[v], 0, "value " + v);
        }
      }
      assertTrue(changed > 10, "made new: " + changed);
    }
  }

  @Test
  void aClassifierOfSlicesDoesNotGuideStacks() throws IOException {
    Path mixed = model("mixed");
    stack(mixed, "diffusion", 0);
    CheckpointException refused =
        assertThrows(CheckpointException.class, () -> detect(mixed, "counterfactual", 4));
    assertTrue(
        refused.getMessage().endsWith("1: train them with the same network.context"),
        refused.getMessage());
  }

  @Test
  void channelsOfTwoSlicesAreNoStack() throws IOException {
    Path odd = model("odd");
    for (String network : new String[] {"diffusion", "segmenter", "critic"}) {
      Path file = odd.resolve(network + ".safetensors");
      try (Checkpoint weights = SafeTensors.read(file)) {
        String config = weights.metadata().get("config").replace("\"FLAIR\",\"T1\"", "\"FLAIR\"");
        SafeTensors.write(file, weights.tensors(), Map.of("config", config));
      }
    }
    for (String method : new String[] {"counterfactual", "combined-segmenter", "attribution"}) {
      CheckpointException refused =
          assertThrows(CheckpointException.class, () -> detect(odd, method, 4));
      assertTrue(refused.getMessage().contains("an odd number of slices"), refused.getMessage());
    }
  }
}
