package dev.hale.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.data.Preprocessing;
import dev.hale.engine.Engine;
import dev.hale.experiment.TrainingRun;
import dev.hale.experiment.TrainingSource;
import dev.hale.training.TrainingImages;
import dev.hale.training.TrainingSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a training shows: progress with the loss of late, and at the end what came of it. */
final class TrainingReport {
  private static final int WINDOW = 50;

  private TrainingReport() {}

  static int train(
      TrainingOptions options,
      Output output,
      Path out,
      ObjectNode config,
      TrainingRun.Trainer trainer) {
    if (options.threads != null) {
      Engine.setThreads(options.threads);
    }
    TrainingSource source = options.source();
    Preprocessing preprocessing = options.preprocessing();
    TrainingImages images;
    try (Progress progress = output.progress("Reading", source.subjects(), "subjects")) {
      images = source.images(preprocessing, options.minimumLesion, n -> progress.advance(1));
    }
    output.note(
        "%d images, %d of them diseased".formatted(images.labels().length, images.diseased()));
    TrainingSettings settings = options.settings();
    double[] recent = new double[WINDOW];
    long start = System.nanoTime();
    try (Progress progress = output.progress("Training", settings.steps(), "steps")) {
      TrainingRun.run(
          out,
          config,
          preprocessing,
          settings,
          images,
          trainer,
          (step, loss) -> {
            recent[(step - 1) % WINDOW] = loss;
            progress.advance(1);
            if (step % WINDOW == 0) {
              progress.note("step %d, loss %.4f".formatted(step, mean(recent, WINDOW)));
            }
          });
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("file", out);
    result.put("images", images.labels().length);
    result.put("diseasedImages", images.diseased());
    result.put("steps", settings.steps());
    double loss = mean(recent, Math.min(WINDOW, settings.steps()));
    double seconds = (System.nanoTime() - start) / 1e9;
    result.put("loss", loss);
    result.put("seconds", seconds);
    result.put("seed", settings.seed());
    output.print(
        result,
        () ->
            "Trained %d steps in %.0f s, loss %.4f. Wrote %s"
                .formatted(settings.steps(), seconds, loss, out));
    return ExitCode.OK.code();
  }

  private static double mean(double[] values, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += values[i];
    }
    return sum / count;
  }
}
