package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hale.TinyModel;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.data.prepared.PreparedSlice;
import dev.hale.io.Nifti;
import dev.hale.io.Picture;
import dev.hale.scan.Grid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Masks whose numbers are not 0 and 1, through the commands that read them. */
final class MaskWarningsTest {
  private static final String EMPTY =
      ": holds values from -1 to 0, and nothing that belongs: it is empty";

  @TempDir Path temp;
  private MaskedStudy study;
  private Path set;

  @BeforeEach
  void write() throws IOException {
    study = new MaskedStudy(temp.resolve("study"));
    set = temp.resolve("set");
  }

  @Test
  void lesionsBelowHalfMakeSlicesDiseasedAndNegativeOnesAreNamed() throws IOException {
    study.write();
    Path table =
        table(
            "subject,FLAIR,mask",
            "plain,plain/FLAIR.nii.gz,plain/lesion.nii.gz",
            "slope,slope/FLAIR.nii.gz,slope/lesion.nii",
            "soft,soft/FLAIR.nii.gz,soft/lesion.nii.gz",
            "negative,negative/FLAIR.nii.gz,negative/lesion.nii.gz");
    String warning = study.folder().resolve("negative/lesion.nii.gz") + EMPTY;
    CommandRun dry = prepare(table, "--dry-run", "--json");
    assertEquals(List.of(warning), warnings(json(dry)));
    assertEquals("hale: warning: %s\n".formatted(warning), dry.err());

    CommandRun run = prepare(table, "--json");
    assertEquals(0, run.exit(), run.err());
    assertEquals("hale: warning: %s\n".formatted(warning), run.err());
    assertEquals(List.of(warning), warnings(json(run)));
    Map<String, List<Integer>> labels = labels();
    assertEquals(List.of(0, 1, 1), labels.get("plain"));
    assertEquals(labels.get("plain"), labels.get("slope"));
    assertEquals(labels.get("plain"), labels.get("soft"));
    assertEquals(List.of(0, 0, 0), labels.get("negative"));

    CommandRun show = CommandRun.of("data", "show", set.toString(), "--json");
    assertEquals("hale: warning: %s\n".formatted(warning), show.err());
    assertEquals(List.of(warning), warnings(json(show)));
  }

  @Test
  void scoresOfSuchMasksAgree() throws IOException {
    study.write();
    Path out = temp.resolve("out");
    for (String name : List.of("plain", "slope", "soft", "negative")) {
      Path folder = Files.createDirectories(out.resolve(name));
      MaskedStudy.times(3, MaskedStudy.lesion(), folder.resolve("map.nii.gz"));
      MaskedStudy.times(1, MaskedStudy.lesion(), folder.resolve("mask.nii.gz"));
    }
    CommandRun run =
        CommandRun.of("score", study.folder().toString(), "--detections", "" + out, "--json");
    assertEquals(0, run.exit(), run.err());
    Map<String, JsonNode> scores = new TreeMap<>();
    json(run).forEach(score -> scores.put(score.get("subject").asText(), score));
    for (String name : List.of("plain", "slope", "soft")) {
      assertEquals(1, scores.get(name).at("/method/dice").asDouble(), name);
      assertEquals(scores.get("plain").get("method"), scores.get(name).get("method"));
      assertEquals(List.of(), warnings(scores.get(name)));
    }
    String warning = study.folder().resolve("negative/lesion.nii.gz") + EMPTY;
    assertEquals(List.of(warning), warnings(scores.get("negative")));
    assertEquals("hale: warning: %s\n".formatted(warning), run.err());
  }

  @Test
  void labelsThatMasksContradictAreNamedAndMissingOnesAreNot() throws IOException {
    for (String name : List.of("a", "b", "c", "d")) {
      float factor = name.equals("c") || name.equals("d") ? 1 : 0;
      Path mask = study.subject(name).resolve("lesion.nii.gz");
      MaskedStudy.times(factor, MaskedStudy.lesion(), mask);
    }
    Path table =
        table(
            "subject,FLAIR,mask,label",
            "a,a/FLAIR.nii.gz,a/lesion.nii.gz,1",
            "b,b/FLAIR.nii.gz,b/lesion.nii.gz,",
            "c,c/FLAIR.nii.gz,c/lesion.nii.gz,0",
            "d,d/FLAIR.nii.gz,d/lesion.nii.gz,1");
    CommandRun run = prepare(table);
    assertEquals(0, run.exit(), run.err());
    List<String> lines = run.err().lines().toList();
    assertEquals(2, lines.size(), run.err());
    assertTrue(lines.get(0).contains("a/lesion.nii.gz: is empty, yet subject a is labelled"));
    assertTrue(lines.get(1).contains("c/lesion.nii.gz: marks lesions, yet subject c is labelled"));
  }

  @Test
  void aBrainGivenAsLesionIsNamed() throws IOException {
    MaskedStudy.times(1, MaskedStudy.brain(), study.subject("p").resolve("lesion.nii.gz"));
    CommandRun run =
        prepare(table("subject,FLAIR,mask", "p,p/FLAIR.nii.gz,p/lesion.nii.gz"), "--json");
    String warning =
        study.folder().resolve("p/lesion.nii.gz")
            + ": covers 100 % of the brain, as no lesion does; is it the brain, or inverted?";
    assertEquals("hale: warning: %s\n".formatted(warning), run.err());
    assertEquals(List.of(warning), warnings(json(run)));
    Path out = Files.createDirectories(temp.resolve("out/p")).getParent();
    MaskedStudy.times(1, MaskedStudy.lesion(), out.resolve("p/map.nii.gz"));
    MaskedStudy.times(1, MaskedStudy.lesion(), out.resolve("p/mask.nii.gz"));
    CommandRun score = CommandRun.of("score", "" + study.folder(), "--detections", "" + out);
    assertEquals("hale: warning: %s\n".formatted(warning), score.err());
  }

  @Test
  void whatIsNeitherLabelsNorSoftIsLeftOutByName() throws IOException {
    Path plain = study.subject("plain").resolve("lesion.nii.gz");
    MaskedStudy.times(1, MaskedStudy.lesion(), plain);
    float[] percent = new float[MaskedStudy.GRID.size()];
    percent[0] = 99.5f;
    Nifti.writeMap(study.subject("percent").resolve("lesion.nii.gz"), MaskedStudy.GRID, percent);
    CommandRun run =
        prepare(
            table(
                "subject,FLAIR,mask",
                "plain,plain/FLAIR.nii.gz,plain/lesion.nii.gz",
                "percent,percent/FLAIR.nii.gz,percent/lesion.nii.gz"));
    String reason = "percent/lesion.nii.gz: holds fractions (such as 99.5) and values up to 99.5,";
    assertTrue(run.out().contains(reason), run.out());
    assertEquals(List.of("plain"), List.copyOf(labels().keySet()));
  }

  @Test
  void masksOfPicturesLabelThem() throws IOException {
    Files.createDirectories(study.folder());
    Grid grid = Grid.ofSpacing(40, 40, 1, 1, 1, 1);
    float[] film = new float[grid.size()];
    float[] spot = new float[grid.size()];
    for (int p = 0; p < film.length; p++) {
      film[p] = p % 200;
      spot[p] = p % 40 < 20 && p < 800 ? 255 : 0;
    }
    Picture.write(study.folder().resolve("a.png"), grid, film, 255);
    Picture.write(study.folder().resolve("spot.png"), grid, spot, 255);
    Picture.write(study.folder().resolve("none.png"), grid, new float[grid.size()], 255);
    CommandRun run =
        CommandRun.of(
            "prepare",
            "csv",
            table("subject,image,mask", "ill,a.png,spot.png", "well,a.png,none.png").toString(),
            "--channels=image",
            "--image-size=20",
            "--quiet",
            "--out=" + set);
    assertEquals(0, run.exit(), run.err());
    assertEquals("", run.err());
    assertEquals(Map.of("ill", List.of(1), "well", List.of(0)), labels());
    try (PreparedSet read = PreparedSet.open(set)) {
      int lesion = 0;
      for (byte pixel : read.lesion(0)) {
        lesion += pixel;
      }
      assertEquals(100, lesion);
    }
  }

  @Test
  void brainsInOddNumbersAreTheSameBrains() throws IOException {
    Path model = TinyModel.writeCritic(temp.resolve("model"), "FLAIR", "T1");
    Path place = study.subject("p");
    Map<String, Path> brains = new TreeMap<>();
    brains.put("plain", MaskedStudy.times(1, MaskedStudy.brain(), temp.resolve("plain.nii.gz")));
    brains.put("slope", MaskedStudy.scaled(1 / 255f, MaskedStudy.brain(), temp.resolve("s.nii")));
    brains.put("soft", MaskedStudy.times(0.4f, MaskedStudy.brain(), temp.resolve("soft.nii.gz")));
    Map<String, byte[]> maps = new TreeMap<>();
    for (String kind : brains.keySet()) {
      Path out = temp.resolve("out-" + kind);
      CommandRun run =
          CommandRun.of(
              "detect",
              "--method=intensity",
              "-q",
              "--brain=" + brains.get(kind),
              "" + place,
              "--out=" + out);
      assertEquals(0, run.exit(), run.err());
      assertEquals("", run.err());
      maps.put(kind, Files.readAllBytes(out.resolve("p/map.nii.gz")));
      assertEquals(0, attribute(model, place, brains.get(kind), "a-" + kind).exit());
      maps.put(
          "a-" + kind, Files.readAllBytes(temp.resolve("a-" + kind + "/p/attribution.nii.gz")));
    }
    for (String kind : List.of("slope", "soft")) {
      assertEquals(-1, Arrays.mismatch(maps.get("plain"), maps.get(kind)));
      assertEquals(-1, Arrays.mismatch(maps.get("a-plain"), maps.get("a-" + kind)));
    }
  }

  @Test
  void oddBrainsAreNamedOnceAndKept() throws IOException {
    Path brain = temp.resolve("brain.nii.gz");
    float[] values = new float[MaskedStudy.GRID.size()];
    for (int v = 0; v < values.length; v++) {
      values[v] = MaskedStudy.brain()[v] == 0 ? -1024 : 10000;
    }
    Nifti.writeMap(brain, MaskedStudy.GRID, values);
    study.subject("p");
    study.subject("q");
    String warning = brain + ": holds values down to -1024; none below 0 belongs";
    Path out = temp.resolve("out");
    for (String status : List.of("done", "skipped")) {
      CommandRun run =
          CommandRun.of(
              "detect",
              "--method=intensity",
              "-q",
              "--json",
              "--brain=" + brain,
              "" + study.folder(),
              "--out=" + out);
      assertEquals(0, run.exit(), run.err());
      assertEquals("hale: warning: %s\n".formatted(warning), run.err());
      for (JsonNode scan : json(run)) {
        assertEquals(status, scan.get("status").asText());
        assertEquals(List.of(warning), warnings(scan));
      }
    }
    Path model = TinyModel.writeCritic(temp.resolve("model"), "FLAIR", "T1");
    CommandRun attributed = attribute(model, study.folder(), brain, "attributed");
    assertEquals("hale: warning: %s\n".formatted(warning), attributed.err());
    json(attributed).forEach(scan -> assertEquals(List.of(warning), warnings(scan)));
  }

  @Test
  void anEmptyBrainIsRefusedByName() throws IOException {
    Path place = study.subject("p");
    Path brain = MaskedStudy.times(-1, MaskedStudy.brain(), place.resolve("brain.nii.gz"));
    MaskedStudy.times(1, MaskedStudy.lesion(), place.resolve("lesion.nii.gz"));
    CommandRun run =
        CommandRun.of("detect", "--method=intensity", "-q", "" + place, "--out=" + temp + "/out");
    assertEquals(ExitCode.DATA.code(), run.exit());
    assertEquals("hale: p failed: %s%s\n".formatted(brain, EMPTY), run.err());
    CommandRun score = CommandRun.of("score", "" + place, "--detections", "" + temp);
    assertEquals(ExitCode.DATA.code(), score.exit());
    assertEquals("hale: p failed: %s%s\n".formatted(brain, EMPTY), score.err());
    assertFalse(Files.exists(temp.resolve("out/p")));
  }

  private CommandRun attribute(Path model, Path input, Path brain, String out) {
    return CommandRun.of(
        "attribute",
        "-q",
        "--json",
        "--model=" + model,
        "--brain=" + brain,
        "" + input,
        "--out=" + temp.resolve(out),
        "--threads=1");
  }

  private CommandRun prepare(Path table, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("prepare", "-q", "csv", table.toString(), "--channels=FLAIR"));
    arguments.addAll(List.of("--image-size=32", "--spacing=5", "--out=" + set));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private Path table(String... lines) throws IOException {
    return Files.write(study.folder().resolve("t.csv"), List.of(lines));
  }

  private Map<String, List<Integer>> labels() {
    Map<String, List<Integer>> labels = new TreeMap<>();
    try (PreparedSet read = PreparedSet.open(set)) {
      for (PreparedSlice slice : read.slices()) {
        labels.computeIfAbsent(slice.subject(), any -> new ArrayList<>()).add(slice.label());
      }
    }
    return labels;
  }

  private static JsonNode json(CommandRun run) throws IOException {
    return new ObjectMapper().readTree(run.out());
  }

  private static List<String> warnings(JsonNode node) {
    List<String> lines = new ArrayList<>();
    node.get("warnings").forEach(line -> lines.add(line.asText()));
    return lines;
  }
}
