package dev.hale.data.prepared;

import dev.hale.data.prepared.Draws.Purpose;
import dev.hale.io.Picture;
import dev.hale.picture.Montage;
import dev.hale.picture.MontagePanel;
import dev.hale.scan.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A picture of slices drawn from a prepared set, to see with one's own eyes what a training will:
 * images with their labels, the brain's outline and, where there are masks, the lesion's.
 */
public final class ContactSheet {
  private static final int COLUMNS = 6;
  private static final int PANEL_PIXELS = 270;
  private static final int MOST_SCALE = 6;
  private static final int LONGEST_SUBJECT = 18;

  private final PreparedSet set;
  private final int channel;
  private final Augmentation augmentation;
  private final long seed;
  private final boolean pictures;

  /**
   * A sheet to be.
   *
   * @param set that it shows
   * @param channel which one of the set's
   * @param augmentation how images are varied before they are shown
   * @param seed of the choice of slices and the variation
   */
  public ContactSheet(PreparedSet set, int channel, Augmentation augmentation, long seed) {
    augmentation.requireFits(set.preprocessing());
    this.set = set;
    this.channel = channel;
    this.augmentation = augmentation;
    this.seed = seed;
    pictures = set.slices().stream().allMatch(slice -> Picture.isNamed(slice.source()));
  }

  /**
   * Draws slices, each at most once.
   *
   * @param most how many, if there are as many
   * @param accepted which ones come into question
   * @throws DataException where none does
   */
  public Montage montage(int most, Predicate<PreparedSlice> accepted) {
    List<Integer> rows = choose(most, accepted);
    int columns = Math.min(COLUMNS, rows.size());
    List<MontagePanel> panels = new ArrayList<>();
    rows.forEach(row -> panels.add(panel(row)));
    while (panels.size() % columns != 0) {
      panels.add(MontagePanel.empty(set.imageSize(), set.imageSize()));
    }
    List<Montage.Row> lines = new ArrayList<>();
    for (int first = 0; first < panels.size(); first += columns) {
      lines.add(new Montage.Row("", panels.subList(first, first + columns)));
    }
    List<String> titles = new ArrayList<>(Collections.nCopies(columns, ""));
    titles.set(0, set.preprocessing().channels().get(channel));
    int scale =
        Math.min(MOST_SCALE, Math.max(1, Math.round((float) PANEL_PIXELS / set.imageSize())));
    return new Montage(
        titles, lines, new Montage.View(scale, Montage.Interpolation.BILINEAR, orientation()));
  }

  private List<Integer> choose(int most, Predicate<PreparedSlice> accepted) {
    List<Integer> rows =
        new ArrayList<>(
            IntStream.range(0, set.slices().size())
                .filter(row -> accepted.test(set.slices().get(row)))
                .boxed()
                .toList());
    if (rows.isEmpty()) {
      throw new DataException("%s: there is no such slice to show".formatted(set.folder()));
    }
    SplittableRandom random = Draws.of(seed, Purpose.SHOWN_SLICES);
    int shown = Math.min(most, rows.size());
    for (int n = 0; n < shown; n++) {
      Collections.swap(rows, n, n + random.nextInt(rows.size() - n));
    }
    return rows.subList(0, shown).stream().sorted().toList();
  }

  private MontagePanel panel(int row) {
    int size = set.imageSize();
    int pixels = size * size;
    float[] images = new float[set.channels() * pixels];
    set.image(row, images, 0);
    Augmenter.Masks masks =
        new Augmenter(augmentation, set.preprocessing(), set.targets())
            .apply(
                images,
                0,
                set.brain(row),
                set.lesion(row),
                Draws.of(seed, Purpose.AUGMENTATION, 0, row));
    float[] image = Arrays.copyOfRange(images, channel * pixels, (channel + 1) * pixels);
    PreparedSlice slice = set.slices().get(row);
    MontagePanel panel =
        MontagePanel.grey(image, size, size, -1, 1)
            .withBrain(masks.brain())
            .withCaption(caption(slice));
    return masks.lesion() == null ? panel : panel.withLesion(masks.lesion());
  }

  private static String caption(PreparedSlice slice) {
    String subject = slice.subject();
    if (subject.length() > LONGEST_SUBJECT) {
      subject = "…" + subject.substring(subject.length() - LONGEST_SUBJECT + 1);
    }
    return "%s  %s, %d"
        .formatted(slice.diseased() ? "diseased" : "healthy", subject, slice.slice());
  }

  /**
   * Radiographs and other pictures are stored as they are seen. The letters R and L stand where
   * columns run from left to right and no slice is mirrored.
   */
  private Montage.Orientation orientation() {
    if (pictures) {
      return Montage.Orientation.AS_STORED;
    }
    return augmentation.flip() == 0
        ? Montage.Orientation.of(set.preprocessing().axis())
        : Montage.Orientation.HEAD_UP;
  }
}
