package dev.hale.app.experiment.report;

import java.util.ArrayList;
import java.util.List;

/** What table and page show of images in strata, cell by cell. */
final class StrataCells {
  private static final int DECIMALS = 3;

  private StrataCells() {}

  static List<String> header(StratifiedImages images) {
    List<String> header = new ArrayList<>(List.of("image AUROC", "all pairs"));
    header.add("pairs of one " + images.column());
    if (images.hasFolds()) {
      header.add("pairs of one %s and fold".formatted(images.column()));
    }
    return header;
  }

  /** Methods, critics, and what lies between two of them. */
  static List<List<String>> rows(StratifiedImages images) {
    List<List<String>> rows = new ArrayList<>();
    for (StratifiedImages.Row row : images.rows()) {
      List<String> cells = new ArrayList<>();
      cells.add((row.logit() ? "logit of " : "") + row.scorer());
      cells.add(cell(row.all()));
      cells.add(cell(row.within()));
      if (images.hasFolds()) {
        cells.add(cell(row.withinFold()));
      }
      rows.add(cells);
    }
    for (StratifiedImages.Difference row : images.differences()) {
      List<String> cells = new ArrayList<>();
      cells.add("%s less %s".formatted(row.scorer(), row.other()));
      cells.add("");
      cells.add(cell(row.within()));
      if (images.hasFolds()) {
        cells.add(cell(row.withinFold()));
      }
      rows.add(cells);
    }
    return rows;
  }

  private static String cell(Estimate estimate) {
    String interval = estimate.interval(DECIMALS);
    String spread = estimate.plusMinus(DECIMALS);
    return estimate.number(DECIMALS)
        + (interval.isEmpty() ? "" : " (" + interval + ")")
        + (spread.isEmpty() ? "" : " " + spread);
  }
}
