package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hale.TinyModel;
import dev.hale.io.Nifti;
import dev.hale.io.Npy;
import dev.hale.io.NpyArray;
import dev.hale.scan.Grid;
import dev.hale.scan.Scan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
final class SampleCommandTest {
  private static final int PIXELS = 16 * 16;
  private static final int IMAGE = 2 * PIXELS;

  @TempDir static Path shared;
  private static Path model;
  private static Path low;
  @TempDir Path folder;

  @BeforeAll
  static void write() throws Exception {
    model = TinyModel.write(shared.resolve("model"), "FLAIR", "T1");
    low = TinyModel.lowerNoiseLevels(500, TinyModel.write(shared.resolve("low"), "FLAIR", "T1"));
    for (String name : List.of("a", "b")) {
      Path subject = Files.createDirectories(shared.resolve(name));
      for (String channel : List.of("FLAIR", "T1")) {
        Nifti.write(subject.resolve(channel + ".nii.gz"), scan(channel, name + channel));
      }
    }
  }

  private static Scan scan(String channel, String seed) {
    Grid grid = Grid.ofSpacing(20, 20, 4, 10, 10, 10);
    Random random = new Random(seed.hashCode());
    float[] voxels = new float[grid.size()];
    for (int k = 0; k < 4; k++) {
      for (int j = 5; j < 15; j++) {
        for (int i = 5; i < 15; i++) {
          voxels[grid.index(i, j, k)] = 50 + random.nextInt(100);
        }
      }
    }
    return new Scan(channel, List.of(channel), grid, voxels);
  }

  /** Three images a class, unless the options say otherwise, into a file of the test's folder. */
  private CommandRun sample(Path from, String out, String... options) {
    List<String> args =
        new ArrayList<>(
            List.of("sample", "--model=" + from, "--threads=1", "--out=" + folder.resolve(out)));
    if (Arrays.stream(options).noneMatch(option -> option.startsWith("--count"))) {
      args.add("--count=3");
    }
    args.addAll(List.of(options));
    return CommandRun.of(args.toArray(String[]::new));
  }

  private static JsonNode document(CommandRun run) throws Exception {
    assertEquals(0, run.exit(), run.err());
    return new ObjectMapper().readTree(run.out());
  }

  /** Images {@code from} to {@code to} of an array. */
  private float[] images(String name, int from, int to) {
    return Arrays.copyOfRange(Npy.read(folder.resolve(name)).floats(), from * IMAGE, to * IMAGE);
  }

  @Test
  void aFolderHasAPictureAVolumeAndAnArray() throws Exception {
    JsonNode document = document(sample(model, "new", "--steps=2", "--json"));
    assertEquals(6, document.get("images").size());
    assertEquals("healthy", document.at("/images/0/class").asText());
    assertEquals("diseased", document.at("/images/5/class").asText());
    assertEquals("seed 3", document.at("/images/5/place").asText());
    assertEquals(3, document.get("files").size());
    NpyArray array = Npy.read(folder.resolve("new/samples.npy"));
    assertArrayEquals(new int[] {6, 2, 16, 16}, array.shape());
    for (float value : array.floats()) {
      assertTrue(value >= -1 && value <= 1, "value " + value);
    }
    Scan volume = Nifti.read(folder.resolve("new/samples.nii.gz"));
    assertEquals(6, volume.grid().nz());
    assertEquals(2, volume.channels().size());
    int t1OfImage4 = 4 * IMAGE + PIXELS;
    int slice4OfVolume1 = (6 + 4) * PIXELS;
    assertArrayEquals(
        Arrays.copyOfRange(array.floats(), t1OfImage4, t1OfImage4 + PIXELS),
        Arrays.copyOfRange(volume.voxels(), slice4OfVolume1, slice4OfVolume1 + PIXELS));
    assertTrue(ImageIO.read(folder.resolve("new/samples.png").toFile()).getHeight() > 4 * 128);
  }

  @Test
  void theNameOfAFileSaysWhatItIsAndSeedsWhatItShows() {
    CommandRun one = sample(model, "one.npy", "--steps=2", "--class=diseased", "--seed=2");
    assertEquals(0, one.exit(), one.err());
    assertEquals("Wrote " + folder.resolve("one.npy") + "\n", one.out());
    assertEquals(0, sample(model, "all.npy", "--steps=2").exit());
    assertArrayEquals(images("all.npy", 4, 6), images("one.npy", 0, 2)); // diseased, seeds 2 and 3
  }

  @Test
  void aSheetShowsTheChannelsThatAreNamed() throws Exception {
    assertEquals(0, sample(model, "both.png", "--steps=2").exit());
    assertEquals(0, sample(model, "t1.png", "--steps=2", "--channels=T1").exit());
    int both = ImageIO.read(folder.resolve("both.png").toFile()).getHeight();
    int one = ImageIO.read(folder.resolve("t1.png").toFile()).getHeight();
    assertTrue(both - one > 2 * 128, both + " and " + one); // a row less for each class
    assertFalse(Files.exists(folder.resolve("t1.npy")));
  }

  @Test
  void picturesAreShownAsTheyAreStored() throws Exception {
    String[] options = {"--steps=2", "--class=healthy", "--count=1"};
    assertEquals(0, sample(model, "slice.png", options).exit());
    assertEquals(
        0,
        sample(model, "picture.png", "--steps=2", "--class=healthy", "--count=1", "--pictures")
            .exit());
    assertFalse(
        Arrays.equals(
            Files.readAllBytes(folder.resolve("slice.png")),
            Files.readAllBytes(folder.resolve("picture.png"))));
  }

  @Test
  void thereIsAWayBetweenSeeds() throws Exception {
    JsonNode way =
        document(
            sample(model, "way.npy", "--between=1,3", "--steps=2", "--class=healthy", "--json"));
    assertEquals("0.50", way.at("/images/1/place").asText());
    assertEquals(0, sample(model, "seeds.npy", "--steps=2", "--class=healthy").exit());
    assertArrayEquals(images("seeds.npy", 0, 1), images("way.npy", 0, 1), 1e-3f);
    assertArrayEquals(images("seeds.npy", 2, 3), images("way.npy", 2, 3), 1e-3f);
  }

  @Test
  void aModelOfLowLevelsDoesNotStartFromNoise() {
    CommandRun run = sample(low, "none.npy");
    assertEquals(ExitCode.MODEL.code(), run.exit());
    assertEquals(
        ("hale: %s has learned the noise levels below 500 of 1000 and cannot start from noise"
                + " alone; start from a scan, or train it with"
                + " diffusion.training.noise_levels=1000 (docs/howto/sample.md)\n")
            .formatted(low),
        run.err());
  }

  @Test
  void aModelOfLowLevelsStartsFromScans() throws Exception {
    String a = shared.resolve("a").toString();
    String b = shared.resolve("b").toString();
    JsonNode noised =
        document(sample(low, "a.npy", "--from", a, "--slice=20mm", "--steps=2", "--json"));
    assertEquals(2, noised.at("/slices/0/slice").asInt());
    assertEquals(500, noised.get("noiseLevel").asInt());
    JsonNode way =
        document(
            sample(
                low,
                "way.npy",
                "--between-scans",
                a,
                b,
                "--slice=2",
                "--noise-level=20",
                "--steps=20",
                "--class=healthy",
                "--json"));
    assertEquals(List.of("a", "b"), way.get("slices").findValuesAsText("scan"));
    assertEquals(3, way.get("images").size());
    CommandRun tooHigh = sample(low, "x.npy", "--from", a, "--noise-level=600");
    assertEquals(ExitCode.USAGE.code(), tooHigh.exit());
    assertTrue(
        tooHigh
            .err()
            .startsWith("hale: the noise level is 600, but the model has learned those up to 500"),
        tooHigh.err());
    assertFalse(Files.exists(folder.resolve("x.npy")));
  }

  @Test
  void fewerStepsAreComparedWithMost() throws Exception {
    JsonNode consistency =
        document(sample(model, "s.npy", "--consistency=2,6,3", "--class=healthy", "--json"))
            .get("consistency");
    assertEquals(List.of("2", "6", "3"), consistency.findValuesAsText("steps"));
    assertEquals(0, consistency.at("/1/rmse").asDouble());
    float[] few = images("s.npy", 0, 3);
    float[] most = images("s.npy", 3, 6);
    double squares = 0;
    for (int p = 0; p < few.length; p++) {
      squares += Math.pow(few[p] - most[p], 2);
    }
    double rmse = consistency.at("/0/rmse").asDouble();
    assertEquals(Math.sqrt(squares / few.length), rmse, 1e-6);
    assertTrue(rmse > 0);
    CommandRun both = sample(model, "s.png", "--consistency=2,3");
    assertTrue(both.out().startsWith("class     steps  RMSE to 3 steps\n"), both.out());
    assertTrue(both.out().contains("\ndiseased      3           0.0000\n"), both.out());
  }

  @Test
  void theSynopsisDemandsNoneOfTheOptionsThatExcludeEachOther() {
    String page = CommandRun.of("sample", "--help").out();
    assertTrue(page.contains("[OPTION]... --model=MODEL --out=FILE|DIR\n"), page);
  }

  @Test
  void whatDoesNotFitTogetherIsRefused() {
    String a = "--from=" + shared.resolve("a");
    assertUsage("ddim with eta 1.0 draws noise", "--between=1,2", "--eta=1");
    assertUsage("ddim with eta 0.5 draws noise", "--consistency=2,3", "--eta=0.5");
    assertUsage("ddpm with eta 0.0 draws noise", "--between=1,2", "--sampler=ddpm");
    assertUsage("ddpm takes no eta; leave it out", "--eta=0.5", "--sampler=ddpm");
    assertUsage(
        "sparse-ddim takes no clamping, no noise (eta) and no composition; ddim does",
        "--sampler=sparse-ddim");
    assertUsage("unknown sampler heun; there are ddim, sparse-ddim, ddpm", "--sampler=heun");
    assertUsage("eta is 2.0, expected 0 to 1", "--eta=2");
    assertUsage("--between takes two seeds, such as 1,7, not [1]", "--between=1");
    assertUsage("the class is ill, expected healthy or diseased", "--class=ill");
    assertUsage("--slice and --brain are of scans: --from or --between-scans", "--slice=3");
    assertUsage("the model has no channel T2; choose from FLAIR, T1", "--channels=T2");
    assertUsage("steps are 0, expected 1 to 1000, the noise level", "--steps=0");
    assertUsage("numbers of steps must be different, got [3, 3]", "--consistency=3,3");
    assertUsage("the number of images must be at least 1, not 0", "--count=0");
    assertUsage("the number of images must be at least 2, not 1", "--between=1,2", "--count=1");
    assertUsage("the noise level is 400, but noise alone is level 1000", "--noise-level=400");
    assertUsage("a slice is a number such as 60", a, "--slice=top");
    assertUsage("--from=SCAN, --between=A,B are mutually exclusive", a, "--between=1,2");
    CommandRun jpeg = sample(model, "x.jpg", "--steps=1");
    assertEquals(ExitCode.DATA.code(), jpeg.exit());
    assertTrue(jpeg.err().contains("x.jpg: name a picture .png"), jpeg.err());
  }

  private void assertUsage(String message, String... options) {
    CommandRun run = sample(model, "none.npy", options);
    assertEquals(ExitCode.USAGE.code(), run.exit(), run.err());
    assertTrue(run.err().startsWith("hale: " + message), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
  }
}
