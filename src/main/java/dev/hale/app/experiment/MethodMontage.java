package dev.hale.app.experiment;

import dev.hale.app.experiment.report.Figure;
import dev.hale.app.prepare.Subject;
import dev.hale.app.recipe.PreparationSettings;
import dev.hale.evaluation.Thresholds;
import dev.hale.picture.Montage;
import dev.hale.picture.MontagePanel;
import dev.hale.picture.SlicePanels;
import dev.hale.scan.Axis;
import dev.hale.scan.Canonical;
import dev.hale.scan.Scan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The slice of a subject that shows most lesion, as each method sees it: a row a method; columns
 * for the first channel with the true outline, the healthy twin where there is one, the method's
 * healthy image and what it changed where it makes one, the map, and the mask's outline with the
 * true one.
 */
final class MethodMontage {
  private static final int MOST_FIGURES = 4;
  private static final int PANEL_PIXELS = 250;
  private static final double MARGIN = 0.03;
  private static final double BRIGHT_PERCENTILE = 99.5;

  private final TestSubject subject;
  private final Optional<float[]> twin; // of the channel
  private final Axis axis;
  private final String channel;
  private final long seed;
  private final Canonical canonical;
  private final SlicePanels shown;
  private final int slice;

  private MethodMontage(
      TestSubject subject, Optional<Scan> twin, Axis axis, String channel, long seed) {
    this.subject = subject;
    this.twin = twin.map(scan -> scan.channel(scan.channelIndex(channel)));
    this.seed = seed;
    this.axis = axis;
    this.channel = channel;
    canonical = Canonical.of(subject.scan().grid());
    shown = new SlicePanels(canonical, axis, subject.brain(), MARGIN, PANEL_PIXELS);
    slice = shown.fullest(subject.truth());
  }

  /** Where a method's result on a subject lies. */
  interface Place {
    ResultFolder of(TestFold testFold, String method, Subject subject);
  }

  /** Figures of at most one healthy subject and others from the fewest to the most lesion. */
  static List<Figure> figures(List<TestFold> testFolds, List<String> methods, Place place) {
    record Choice(TestFold testFold, Subject subject, double lesionMl) {}
    List<Choice> choices = new ArrayList<>();
    for (TestFold testFold : testFolds) {
      for (Subject subject : testFold.cases()) {
        double ml =
            place
                .of(testFold, methods.get(0), subject)
                .read(testFold.fold().seed())
                .metrics()
                .lesionMl();
        choices.add(new Choice(testFold, subject, ml));
      }
    }
    choices.sort(Comparator.comparingDouble(Choice::lesionMl));
    while (choices.size() > 1 && choices.get(1).lesionMl == 0) {
      choices.remove(0); // one healthy subject will do
    }
    List<Figure> figures = new ArrayList<>();
    int count = Math.min(MOST_FIGURES, choices.size());
    for (int f = 0; f < count; f++) {
      int at = count == 1 ? 0 : f * (choices.size() - 1) / (count - 1);
      Choice choice = choices.get(at);
      PreparationSettings images = choice.testFold.fold().config().data().preparation();
      TestSubject subject = TestSubject.read(choice.subject, images.wanted());
      MethodMontage montage =
          new MethodMontage(
              subject,
              choice.subject.twin(),
              images.axis(),
              images.wanted().in(subject.scan().channels()).get(0),
              choice.testFold.fold().seed());
      List<Montage.Row> rows = new ArrayList<>();
      for (String method : methods) {
        rows.add(montage.row(method, place.of(choice.testFold, method, choice.subject)));
      }
      Montage.Orientation upright =
          choice.subject.isPicture()
              ? Montage.Orientation.AS_STORED
              : Montage.Orientation.of(images.axis());
      figures.add(montage.figure(rows, choice.lesionMl, upright));
    }
    return figures;
  }

  private Figure figure(List<Montage.Row> rows, double lesionMl, Montage.Orientation upright) {
    Montage montage = new Montage(titles(), rows, shown.view(upright));
    String caption =
        String.format(
            Locale.ROOT,
            "%s, slice %d of %d, %s",
            subject.scan().name(),
            slice + 1,
            canonical.size(axis.normal()),
            subject.labelOnly()
                ? "diseased"
                : lesionMl > 0
                    ? String.format(Locale.ROOT, "lesions %.1f ml", lesionMl)
                    : "healthy");
    return Figure.of(caption, montage.render());
  }

  private List<String> titles() {
    List<String> titles = new ArrayList<>(List.of(channel));
    twin.ifPresent(any -> titles.add("healthy twin"));
    titles.addAll(
        List.of("healthy " + channel, channel + " less healthy", "anomaly map", "found and true"));
    return titles;
  }

  private Montage.Row row(String method, ResultFolder folder) {
    float[] image = subject.scan().channel(subject.scan().channelIndex(channel));
    float[] map = folder.map();
    byte[] mask = folder.mask(subject.scan());
    float[] healthy =
        folder.hasHealthy(List.of(channel)) ? folder.healthy(List.of(channel)).voxels() : null;
    float high = percentile(image, BRIGHT_PERCENTILE);
    MontagePanel truth =
        shown.grey(image, slice, 0, high).withTruth(shown.mask(subject.truth(), slice));
    String dice =
        folder.read(seed).metrics().slices().stream()
            .filter(one -> one.slice() == slice && one.diseased())
            .findFirst()
            .map(
                one ->
                    Double.isNaN(one.dice())
                        ? "no mask"
                        : String.format(Locale.ROOT, "Dice %.2f", one.dice()))
            .orElse("no lesion");
    List<MontagePanel> panels = new ArrayList<>(List.of(truth));
    twin.ifPresent(values -> panels.add(shown.grey(values, slice, 0, high)));
    panels.add(healthy == null ? shown.empty() : shown.grey(healthy, slice, 0, high));
    panels.add(healthy == null ? shown.empty() : difference(image, healthy, high / 2));
    panels.add(shown.heat(map, slice, percentile(map, 99.8)));
    panels.add(truth.withPrediction(shown.mask(mask, slice)).withCaption(dice));
    return new Montage.Row(method.replace("-", "\n"), panels);
  }

  /** What was taken away bright, what was added dark, what is as it was grey. */
  private MontagePanel difference(float[] image, float[] healthy, float most) {
    float[] difference = new float[image.length];
    for (int v = 0; v < difference.length; v++) {
      difference[v] = image[v] - healthy[v];
    }
    return shown.grey(difference, slice, -most, most);
  }

  /** Of the brain's values, as the end of a range that begins at 0. */
  private float percentile(float[] volume, double percentile) {
    float value = (float) Thresholds.percentile(volume, subject.brain(), percentile);
    return value > 0 ? value : 1;
  }
}
