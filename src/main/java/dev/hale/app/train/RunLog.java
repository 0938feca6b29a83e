package dev.hale.app.train;

import dev.hale.app.config.ConfigFile;
import dev.hale.app.recipe.TrainingConfig;
import dev.hale.training.StepReport;
import dev.hale.training.TrainingListener;
import dev.hale.training.ValidationReport;
import dev.hale.training.log.LossCurve;
import dev.hale.training.log.MetricsLine;
import dev.hale.training.log.MetricsLog;
import dev.hale.training.log.TensorBoardLog;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes down in a run's folder what is trained and how it goes: {@code config.yaml}, {@code
 * metrics.jsonl}, TensorBoard's events and, when it ends, well or not, {@code loss.png} and {@code
 * loss.html}.
 */
final class RunLog implements TrainingListener, AutoCloseable {
  private final Path folder;
  private final String title;
  private final TrainingConfig config;
  private double secondsWaited;
  private double seconds;
  private MetricsLog metrics;
  private TensorBoardLog events;

  /**
   * A log, which begins when the training does.
   *
   * @param folder there is one when the training begins
   * @param title above the curves
   * @param config written down as {@code config.yaml}
   */
  RunLog(Path folder, String title, TrainingConfig config) {
    this.folder = folder;
    this.title = title;
    this.config = config;
  }

  @Override
  public void onStart(long step, long steps) {
    ConfigFile.write(folder.resolve("config.yaml"), config);
    metrics = MetricsLog.open(metricsFile(), step);
    events = TensorBoardLog.open(folder, step);
  }

  @Override
  public void onStep(StepReport report) {
    seconds += report.seconds();
    secondsWaited += report.secondsWaited();
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", report.loss());
    for (int quarter = 0; quarter < report.quarters().length; quarter++) {
      values.put("loss_q" + (quarter + 1), report.quarters()[quarter]);
    }
    report.opponentLoss().ifPresent(loss -> values.put("discriminator_loss", loss));
    values.put("gradient_norm", report.gradientNorm());
    values.put("lr", report.learningRate());
    values.put("images_per_second", report.imagesPerSecond());
    values.put("waited_share", secondsWaited / seconds);
    MetricsLine line = new MetricsLine(report.step(), values);
    metrics.write(line);
    events.scalars("train/", line);
  }

  @Override
  public void onValidation(ValidationReport report) {
    events.scalars("validation/", new MetricsLine(report.step(), report.values()));
    Map<String, Double> values = new LinkedHashMap<>();
    report.values().forEach((name, value) -> values.put(LossCurve.VALIDATION + name, value));
    metrics.write(new MetricsLine(report.step(), values));
  }

  @Override
  public void onSamples(long step, Path picture) {
    events.picture("samples", step, picture);
  }

  private Path metricsFile() {
    return folder.resolve("metrics.jsonl");
  }

  @Override
  public void close() {
    if (events != null) {
      metrics.close();
      events.close();
      LossCurve.write(
          metricsFile(), title, folder.resolve("loss.png"), folder.resolve("loss.html"));
    }
  }
}
