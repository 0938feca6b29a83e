package dev.hale.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hale.app.detect.Scaling;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomSubject;
import dev.hale.detection.AnomalyDetector;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.SliceDetector;
import dev.hale.engine.Engine;
import dev.hale.engine.trace.Roofline;
import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import dev.hale.engine.trace.TraceSummary;
import dev.hale.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows where the time of a detection goes. */
@Command(
    name = "profile",
    header = "show where the time of a detection goes",
    description = {
      "Detects in a phantom patient and prints, for each kind of work, how often it was done, the"
          + " time that it took without what is listed on its own, operations and bytes, and what"
          + " share of the machine's roofline that is: of the rate of a large convolution, or of the"
          + " bandwidth of a copy, whichever it could use up less; both are measured in the same run."
          + " One worker computes, with all threads."
          + " The classifier's gradient counts its own backward pass; its forward pass is in the"
          + " lines of what it consists of. On a GPU a first detection goes before, unmeasured, and"
          + " every line waits for its own work, so that the whole takes longer than it does"
          + " otherwise.",
      "With --scaling it says instead what more cores bring, as threads of one worker and as workers"
          + " of one thread: slices a second; the ratio to one worker with one thread; that ratio"
          + " over the cores that were used (efficiency); and the most memory that the process held"
          + " so far, of which only the growth from line to line says something. For every core there"
          + " is one batch, of the same slices from the patient's middle; ten seconds of"
          + " detecting go before, unmeasured. Other work on the machine makes the numbers worthless.",
    },
    footer = {
      "  hale profile --model models/demo",
      "  hale profile --model models/demo --steps 10 --trace trace.json   # for chrome://tracing",
      "  hale profile --model models/demo --scaling"
    })
final class ProfileCommand implements Callable<Integer> {
  private static final String WHOLE = "detection, rest";

  @Mixin DetectionOptions options;
  @Mixin Output output;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The model folder; its channels must be those of phantoms.")
  Path model;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "Writes every span, for chrome://tracing or Perfetto.")
  Path file;

  @Option(
      names = "--scaling",
      description =
          "Detects with 1, 2, 4 and so on up to --threads cores and prints how much quicker each is.")
  boolean scaling;

  @Spec CommandSpec command;

  @Override
  public Integer call() throws IOException {
    if (options.workers.isGiven()) {
      throw usage(
          "--workers is not for profile, whose lines add up with one alone; --scaling tries more");
    }
    options.threads.apply();
    return scaling ? scaling() : profile();
  }

  private int scaling() {
    if (file != null) {
      throw usage("--trace is not for --scaling, which records no spans");
    } else if (options.device.named().isCuda()) {
      throw usage("--scaling measures the CPU's cores; leave out --device " + options.device.name);
    }
    PhantomSubject subject = Phantom.subject(Pathology.GLIOMA, 0);
    Scaling measurement = new Scaling(this::open, subject, options.batchSize());
    List<Scaling.Row> rows;
    try (Progress progress = output.progress("Measuring", 0, "slices")) {
      rows = measurement.measure(Engine.threads(), progress::moveTo);
    }
    ScalingReport report = new ScalingReport(options.batchSize(), rows);
    output.print(report, report::text);
    return ExitCode.OK.code();
  }

  private SliceDetector open(int workers) {
    AnomalyDetector detector = options.open(model, workers);
    if (detector instanceof SliceDetector slices) {
      return slices;
    }
    String method = detector.provenance().get("method");
    detector.close();
    throw usage("--scaling is for methods with networks; %s has none".formatted(method));
  }

  private ParameterException usage(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  private int profile() throws IOException {
    PhantomSubject subject = Phantom.subject(Pathology.GLIOMA, 0);
    List<Span> spans;
    int slices = subject.scan().grid().nz();
    try (AnomalyDetector detector = options.open(model, 1);
        Progress progress = output.progress("Detecting", slices, "slices")) {
      if (options.device.named().isCuda()) { // compiles kernels and plans convolutions
        detector.detect(subject.scan(), subject.brain(), DetectionProgress.NONE);
      }
      try (Trace trace = Trace.begin(options.device.named())) {
        try (Span span = Trace.span(WHOLE)) {
          detector.detect(
              subject.scan(), subject.brain(), (done, total) -> progress.moveTo(done, total));
        }
        spans = trace.spans();
      }
    }
    if (file != null) {
      byte[] json = new ObjectMapper().writeValueAsBytes(chrome(spans));
      AtomicFile.write(file, out -> out.write(json));
    }
    Roofline roofline = Roofline.measure(options.device.named());
    List<TraceSummary.Row> rows = TraceSummary.of(spans);
    output.print(document(rows, roofline, slices), () -> text(rows, roofline, slices));
    return ExitCode.OK.code();
  }

  /** The trace event format's complete events, times in microseconds. */
  private static Map<String, Object> chrome(List<Span> spans) {
    List<Map<String, Object>> events = new ArrayList<>();
    for (Span span : spans) {
      Map<String, Object> event = new LinkedHashMap<>();
      event.put("name", span.name());
      event.put("ph", "X");
      event.put("pid", 1);
      event.put("tid", span.thread());
      event.put("ts", span.begin() / 1e3);
      event.put("dur", span.nanos() / 1e3);
      event.put("args", Map.of("flop", span.flops(), "bytes", span.bytes()));
      events.add(event);
    }
    return Map.of("traceEvents", events);
  }

  private static long whole(List<TraceSummary.Row> rows) {
    return rows.stream()
        .filter(row -> row.name().equals(WHOLE))
        .mapToLong(TraceSummary.Row::nanos)
        .sum();
  }

  /** Share of the time that the work would take at best; NaN where it was not counted. */
  private static double roof(TraceSummary.Row row, Roofline roofline) {
    double best =
        Math.max(
            row.flops() / roofline.gigaflopsPerSecond(),
            row.bytes() / roofline.gigabytesPerSecond());
    return best == 0 ? Double.NaN : best / row.ownNanos();
  }

  private static Map<String, Object> document(
      List<TraceSummary.Row> rows, Roofline roofline, int slices) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("slices", slices);
    document.put("seconds", whole(rows) / 1e9);
    document.put("convolutionGflopsPerSecond", roofline.gigaflopsPerSecond());
    document.put("copyGbPerSecond", roofline.gigabytesPerSecond());
    document.put("rows", rows);
    return document;
  }

  private static String text(List<TraceSummary.Row> rows, Roofline roofline, int slices) {
    Table table =
        new Table("what", "calls", "ms", "share", "GFLOP", "GB", "GFLOP/s", "GB/s", "of roofline");
    double whole = whole(rows);
    for (TraceSummary.Row row : rows) {
      double roof = roof(row, roofline);
      boolean counted = !Double.isNaN(roof);
      table.row(
          row.name(),
          row.calls(),
          number("%.0f", row.ownNanos() / 1e6),
          number("%.1f %%", 100 * row.ownNanos() / whole),
          counted ? number("%.1f", row.flops() / 1e9) : "",
          counted ? number("%.1f", row.bytes() / 1e9) : "",
          counted ? number("%.0f", row.gigaflopsPerSecond()) : "",
          counted ? number("%.1f", row.gigabytesPerSecond()) : "",
          counted ? number("%.0f %%", 100 * roof) : "");
    }
    return "%s%d slices in %.1f s; here a large convolution reaches %.0f GFLOP/s, a copy %.1f GB/s"
        .formatted(
            table,
            slices,
            whole / 1e9,
            roofline.gigaflopsPerSecond(),
            roofline.gigabytesPerSecond());
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
