package dev.hale.app.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hale.app.experiment.report.ExperimentResult;
import dev.hale.app.experiment.report.HealthyImageSummary;
import dev.hale.app.experiment.report.HealthyMetric;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.engine.Device;
import dev.hale.model.CriticConfig;
import dev.hale.model.NetworkFile;
import dev.hale.scan.Scan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Healthy images in an experiment: their measures, the twin and the judge. */
@Tag("slow")
final class HealthyImagesExperimentTest extends TinyExperiment {
  @Test
  void healthyImagesAreMeasuredAgainstTheTwinAndByTheJudge() throws Exception {
    FakeMethods fakes = new FakeMethods();
    fakes.judges = true;
    fakes.heal = HealthyImagesExperimentTest::twin;
    ExperimentResult result = run(experiment(PHANTOMS), fakes);
    List<HealthyImageSummary> rows = result.healthyImages();
    assertEquals(
        List.of("the scan itself", "bright", "the healthy twin"),
        rows.stream().map(HealthyImageSummary::image).toList());
    assertEquals(1, value(rows.get(0), HealthyMetric.RESIDUAL_CONTRAST), 1e-9);
    assertEquals(0, value(rows.get(1), HealthyMetric.RESIDUAL_CONTRAST), 1e-9);
    assertEquals(1, value(rows.get(1), HealthyMetric.LESION_SSIM), 1e-9);
    double moved = value(rows.get(0), HealthyMetric.OUTSIDE_RMSE); // what the glioma displaces
    assertTrue(moved > 0.01 && moved < 0.5, "displaced by " + moved);
    assertEquals(0, value(rows.get(1), HealthyMetric.OUTSIDE_RMSE), 1e-9);
    assertEquals(moved, value(rows.get(1), HealthyMetric.OUTSIDE_CHANGE), 1e-9);
    assertEquals(0, value(rows.get(0), HealthyMetric.OUTSIDE_CHANGE));
    assertEquals(2, rows.get(0).metrics().get(HealthyMetric.OUTSIDE_CHANGE).cases());
    assertEquals(1, value(rows.get(0), HealthyMetric.UNCHANGED_SLICES));
    assertTrue(value(rows.get(1), HealthyMetric.UNCHANGED_SLICES) < 1);
    double before = value(rows.get(0), HealthyMetric.DISEASED_CALLED_HEALTHY);
    double after = value(rows.get(1), HealthyMetric.DISEASED_CALLED_HEALTHY);
    assertTrue(before < after, before + " and " + after);
    assertEquals(value(rows.get(2), HealthyMetric.DISEASED_CALLED_HEALTHY), after);
    assertEquals(0, fakes.openJudges);

    JsonNode json = new ObjectMapper().readTree(folder.resolve("out/results.json").toFile());
    assertEquals("bright", json.at("/healthyImages/1/image").asText());
    assertEquals(0, json.at("/healthyImages/1/metrics/RESIDUAL_CONTRAST/value").asDouble(-1), 1e-9);
    JsonNode first = json.at("/subjects/0/healthyImage");
    assertTrue(first.at("/image/verdict/diseasedSlices").asInt() > 3);
    assertTrue(json.at("/subjects/5/healthyImage").isNull(), "dark makes no healthy image");
    String table = Files.readString(folder.resolve("out/results.md"));
    assertTrue(table.contains("| healthy image | residual contrast |"), table);
    assertTrue(table.contains("| the healthy twin | 0.000 |"), table);
    String page = Files.readString(folder.resolve("out/report.html"));
    assertTrue(page.contains("<h2>Healthy images</h2>"));
    fakes.asked = 0;
    run(experiment(PHANTOMS), fakes);
    assertEquals(0, fakes.asked, "what is measured is not measured again");
  }

  @Test
  void measuringGoesOnWhereItWasKilled() throws Exception {
    FakeMethods fakes = new FakeMethods();
    fakes.judges = true;
    fakes.heal = scan -> scan;
    fakes.judgementsLeft = 4; // scan, image and twin of the first subject, scan of the second
    assertThrows(FakeMethods.Killed.class, () -> run(experiment(PHANTOMS), fakes));
    assertEquals(0, fakes.openJudges);
    fakes.judgementsLeft = Integer.MAX_VALUE;
    fakes.asked = 0;
    run(experiment(PHANTOMS), fakes);
    assertEquals(5, fakes.asked); // three of the second, two of the third, which has no twin
  }

  @Test
  void theJudgeIsTrainedForMethodsThatMakeHealthyImages() throws Exception {
    Files.writeString(
        config,
        Files.readString(config)
                .replace("subjects: 2", "subjects: 4")
                .replace("validation: 0", "validation: 0.5")
            + """
            critic:
              network: {filters: [5, 8]}
              training: {steps: 2, batch: 4, warmup: 0, validate_every: 0, seed: 4}
            vae:
              network: {filters: [8, 8], latent_size: 4}
              training: {steps: 2, batch: 4, warmup: 0, validate_every: 0}
            """);
    ExperimentConfig experiment = experiment(PHANTOMS, "vae", "intensity");
    Path out = folder.resolve("out");
    ExperimentResult result =
        new Experiment(experiment, false, out, new TrainedMethods(Device.CPU), "x")
            .run(new ExperimentListener() {});
    assertFalse(Files.exists(out.resolve("folds/all/critic.safetensors")), "no method needs it");
    try (NetworkFile judge = NetworkFile.readCritic(out.resolve("folds/all/judge.safetensors"))) {
      assertEquals(List.of(8, 12), judge.section("network", CriticConfig.class).filters());
    }
    JsonNode chosen = new ObjectMapper().readTree(out.resolve("folds/all/judge.json").toFile());
    assertTrue(Double.isFinite(chosen.at("/threshold/threshold").asDouble(Double.NaN)));
    assertTrue(chosen.at("/diseased").asInt() > 0);
    assertEquals(
        List.of("the scan itself", "vae", "the healthy twin"),
        result.healthyImages().stream().map(HealthyImageSummary::image).toList());
    HealthyImageSummary vae = result.healthyImages().get(1);
    assertTrue(value(vae, HealthyMetric.OUTSIDE_CHANGE) > 0.05, "it was hardly trained");
    assertEquals(0, value(vae, HealthyMetric.UNCHANGED_SLICES));
    assertEquals(3, vae.metrics().get(HealthyMetric.HEALTHY_CALLED_HEALTHY).cases());
    assertTrue(Files.readString(out.resolve("report.html")).contains("judge"), "its training");
  }

  private static double value(HealthyImageSummary row, HealthyMetric metric) {
    return row.metrics().get(metric).value();
  }

  private static Scan twin(Scan scan) {
    long seed = Long.parseLong(scan.name().substring(scan.name().lastIndexOf('-') + 1));
    return Phantom.subject(Pathology.HEALTHY, seed).scan();
  }
}
