package dev.hale.cli;

import dev.hale.app.sample.SampleSet;
import dev.hale.app.sample.SampleSet.Consistency;
import dev.hale.app.sample.ScanSlice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What is printed about images that a diffusion model made.
 *
 * @param model its file
 * @param sampler by which
 * @param eta with which they were made
 * @param made the images
 * @param files in which they are
 */
record SampleReport(Path model, String sampler, double eta, SampleSet made, List<Path> files) {

  /** For {@code --json}. */
  Map<String, Object> document() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("model", model);
    document.put("files", files);
    document.put("noiseLevel", made.level());
    document.put("sampler", sampler);
    document.put("eta", eta);
    document.put("slices", made.slices().stream().map(SampleReport::slice).toList());
    List<Map<String, Object>> images = new ArrayList<>();
    for (SampleSet.Line line : made.lines()) {
      line.captions().forEach(caption -> images.add(image(line, caption)));
    }
    document.put("images", images);
    document.put("consistency", made.consistency().stream().map(SampleReport::distance).toList());
    return document;
  }

  private static Map<String, Object> slice(ScanSlice.Image slice) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("scan", slice.scan());
    entry.put("slice", slice.slice());
    entry.put("warnings", slice.warnings());
    return entry;
  }

  private static Map<String, Object> image(SampleSet.Line line, String caption) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("class", line.kind().isEmpty() ? null : line.kind());
    entry.put("steps", line.steps());
    entry.put("place", caption);
    return entry;
  }

  private static Map<String, Object> distance(Consistency consistency) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("class", consistency.kind().isEmpty() ? null : consistency.kind());
    entry.put("steps", consistency.steps());
    entry.put("against", consistency.against());
    entry.put("rmse", consistency.rmse());
    return entry;
  }

  /** For people. */
  String text() {
    StringBuilder text = new StringBuilder();
    if (!made.consistency().isEmpty()) {
      text.append(table()).append('\n');
    }
    for (ScanSlice.Image slice : made.slices()) {
      text.append("%s, slice %d%n".formatted(slice.scan(), slice.slice()));
    }
    files.forEach(file -> text.append("Wrote %s%n".formatted(file)));
    return text.toString();
  }

  private Table table() {
    int most = made.consistency().get(0).against();
    Table table = new Table("class", "steps", "RMSE to %d steps".formatted(most));
    for (Consistency line : made.consistency()) {
      table.row(
          line.kind().isEmpty() ? "all" : line.kind(),
          line.steps(),
          String.format(Locale.ROOT, "%.4f", line.rmse()));
    }
    return table;
  }
}
