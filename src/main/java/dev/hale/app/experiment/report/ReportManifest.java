package dev.hale.app.experiment.report;

import static dev.hale.picture.chart.SvgCanvas.escaped;

import java.util.Map;

/** What an experiment was made of, in HTML. */
final class ReportManifest {
  private ReportManifest() {}

  static String html(ExperimentResult result) {
    ExperimentManifest manifest = result.manifest();
    StringBuilder html = new StringBuilder("<h2>How it was made</h2>\n<div class=\"row\">");
    html.append("<div><h3>Versions</h3>").append(facts(manifest.versions())).append("</div>\n");
    html.append("<div><h3>Machine</h3>").append(facts(manifest.machine())).append("</div></div>\n");
    html.append("<h3>Time</h3>\n<table><tbody>");
    manifest
        .seconds()
        .forEach(
            (what, seconds) ->
                html.append(
                    "<tr><td>%s</td><td>%s</td></tr>%n"
                        .formatted(escaped(what), Wording.duration(seconds))));
    html.append(
        "<tr><td><b>together</b></td><td><b>%s</b></td></tr></tbody></table>%n"
            .formatted(Wording.duration(manifest.totalSeconds())));
    long interrupted = manifest.runs().stream().filter(run -> run.seconds() == null).count();
    html.append(
        "<p class=\"note\">%d run(s) of the program, %d of them interrupted; what an interrupted"
                .formatted(manifest.runs().size(), interrupted)
            + " piece of work had taken until then is not counted.</p>\n");
    html.append("<h3>Data</h3>\n<div class=\"wide\"><table><thead>");
    html.append("<tr><th>what</th><th class=\"left\">SHA-256</th></tr></thead>\n<tbody>");
    manifest
        .folds()
        .forEach(
            (fold, data) ->
                row(
                    html,
                    "training set \"%s\", %d subjects"
                        .formatted(fold, data.trainingSubjects().size()),
                    data.dataSha256()));
    manifest.networks().forEach((network, hash) -> row(html, network, hash));
    manifest.subjects().forEach((subject, hash) -> row(html, subject, hash));
    html.append("</tbody></table></div>\n");
    details(html, "The experiment's file, resolved", manifest.experiment());
    manifest
        .folds()
        .forEach(
            (fold, data) ->
                details(
                    html,
                    "The training configuration of \"%s\", resolved".formatted(fold),
                    data.configuration()));
    return html.toString();
  }

  private static void row(StringBuilder html, String what, String hash) {
    html.append(
        "<tr><td>%s</td><td class=\"hash\">%s</td></tr>%n".formatted(escaped(what), escaped(hash)));
  }

  private static String facts(Map<String, String> facts) {
    StringBuilder html = new StringBuilder("<dl class=\"facts\">");
    facts.forEach(
        (name, value) ->
            html.append("<dt>%s</dt><dd>%s</dd>%n".formatted(escaped(name), escaped(value))));
    return html.append("</dl>").toString();
  }

  private static void details(StringBuilder html, String title, String text) {
    html.append(
        "<details><summary>%s</summary><pre>%s</pre></details>%n"
            .formatted(escaped(title), escaped(text)));
  }
}
