package dev.hale.picture;

import dev.hale.scan.DataException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * One picture of a {@link Montage}: a grey image, over it perhaps a heat map, the outlines of the
 * true and the predicted lesion, and a few words. Each {@code with} gives a new panel; arrays are
 * shared, not copied.
 *
 * <p>All arrays are {@code [j][i]} with i fastest, {@code width * height} values.
 */
public final class MontagePanel {
  /**
   * What an outline shows, in the order of painting: later ones cover earlier ones. Truth and
   * prediction, shown together, are apart from each other for the colour-blind as well.
   */
  enum Outline {
    BRAIN("brain", 0x3f8fd9, true),
    LESION("lesion", 0xff4a3d, false),
    TRUTH("truth", 0x3dff7a, false),
    PREDICTION("prediction", 0xff4fd8, true);

    /** In the legend. */
    final String words;

    final int rgb;

    /** Whether it is drawn just inside the border, or just outside. */
    final boolean inside;

    Outline(String words, int rgb, boolean inside) {
      this.words = words;
      this.rgb = rgb;
      this.inside = inside;
    }
  }

  private static final double MOST_OPAQUE = 0.9;
  private static final double FIRST_SEEN = 0.1; // keeps a map's noise from veiling the image
  private static final double OPACITY_SLOPE = 1.8;

  /** Values and the range that is shown: at and below low is dark, at and above high is bright. */
  record Layer(float[] values, float low, float high) {
    Layer {
      if (!(low < high)) {
        throw new DataException(
            "a panel shows values from %s to %s, the first must be less".formatted(low, high));
      }
    }

    double unit(double value) {
      return (value - low) / (high - low);
    }
  }

  private final int width;
  private final int height;
  private final Layer grey; // with neither grey nor heat the panel is an empty place
  private final Layer heat;
  private final Map<Outline, byte[]> outlines;
  private final String caption;

  private MontagePanel(
      int width,
      int height,
      Layer grey,
      Layer heat,
      Map<Outline, byte[]> outlines,
      String caption) {
    this.width = width;
    this.height = height;
    this.grey = grey;
    this.heat = heat;
    this.outlines = outlines;
    this.caption = caption;
  }

  /**
   * A grey image.
   *
   * @param image any unit; NaN is shown black
   * @param low intensity shown black
   * @param high intensity shown white, greater than low
   * @throws DataException where the image has not {@code width * height} values, or low is not less
   *     than high
   */
  public static MontagePanel grey(float[] image, int width, int height, float low, float high) {
    fits("image", image.length, width, height);
    return new MontagePanel(width, height, new Layer(image, low, high), null, Map.of(), "");
  }

  /** A place left free, where a figure has fewer pictures than places. */
  public static MontagePanel empty(int width, int height) {
    return new MontagePanel(width, height, null, null, Map.of(), "");
  }

  /** A map in the colours of {@link ColorMap#heat}, with no image below it. */
  public static MontagePanel heat(float[] map, int width, int height, float low, float high) {
    fits("map", map.length, width, height);
    return new MontagePanel(width, height, null, new Layer(map, low, high), Map.of(), "");
  }

  /**
   * Lays a map over the image: invisible up to a tenth of the range, then ever more opaque.
   *
   * @param map any unit; NaN is not shown
   * @throws DataException where sizes differ, or low is not less than high
   */
  public MontagePanel withHeat(float[] map, float low, float high) {
    fits("map", map.length, width, height);
    return new MontagePanel(width, height, grey, new Layer(map, low, high), outlines, caption);
  }

  /** Outlines the true lesion in green, just outside its border; any value but 0 is lesion. */
  public MontagePanel withTruth(byte[] mask) {
    return with(Outline.TRUTH, mask);
  }

  /** Outlines the predicted lesion in magenta, just inside its border. */
  public MontagePanel withPrediction(byte[] mask) {
    return with(Outline.PREDICTION, mask);
  }

  /** Outlines the lesion of training data in red, just outside its border. */
  public MontagePanel withLesion(byte[] mask) {
    return with(Outline.LESION, mask);
  }

  /** Outlines the brain in blue, just inside its border. */
  public MontagePanel withBrain(byte[] mask) {
    return with(Outline.BRAIN, mask);
  }

  private MontagePanel with(Outline outline, byte[] mask) {
    fits(outline.words, mask.length, width, height);
    Map<Outline, byte[]> more = new EnumMap<>(Outline.class);
    more.putAll(outlines);
    more.put(outline, mask);
    return new MontagePanel(width, height, grey, heat, more, caption);
  }

  /** Writes a few words into the lower left corner, such as a Dice. */
  public MontagePanel withCaption(String words) {
    return new MontagePanel(width, height, grey, heat, outlines, words);
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  Optional<Layer> heat() {
    return Optional.ofNullable(heat);
  }

  boolean has(Outline outline) {
    return outlines.containsKey(outline);
  }

  boolean isEmpty() {
    return grey == null && heat == null;
  }

  String caption() {
    return caption;
  }

  /** The pixels, {@code 0xRRGGBB}, {@code width * scale} by {@code height * scale}. */
  int[] paint(Montage.View view) {
    int scale = view.scale();
    int[] pixels = new int[width * scale * height * scale];
    float[] greys = grey == null ? null : turned(grey.values(), view.orientation());
    float[] heats = heat == null ? null : turned(heat.values(), view.orientation());
    for (int y = 0; y < height * scale; y++) {
      for (int x = 0; x < width * scale; x++) {
        int rgb = greys == null ? 0 : ColorMap.grey(grey.unit(sample(greys, x, y, view)));
        if (heats != null) {
          double value = heat.unit(sample(heats, x, y, view));
          double opacity = grey == null ? 1 : opacity(value);
          rgb = opacity > 0 ? ColorMap.blend(rgb, ColorMap.heat(value), opacity) : rgb;
        }
        pixels[x + width * scale * y] = rgb;
      }
    }
    outlines.forEach((outline, mask) -> outline(mask, outline.inside, outline.rgb, pixels, view));
    return pixels;
  }

  private static double opacity(double value) {
    return Math.min(OPACITY_SLOPE * (value - FIRST_SEEN), MOST_OPAQUE);
  }

  private float[] turned(float[] values, Montage.Orientation orientation) {
    float[] turned = new float[values.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        turned[x + width * y] = values[orientation.source(x, y, width, height)];
      }
    }
    return turned;
  }

  private double sample(float[] values, int x, int y, Montage.View view) {
    int scale = view.scale();
    if (view.interpolation() == Montage.Interpolation.NEAREST) {
      return values[x / scale + width * (y / scale)];
    }
    double u = Math.min(Math.max((x + 0.5) / scale - 0.5, 0), width - 1.0);
    double v = Math.min(Math.max((y + 0.5) / scale - 0.5, 0), height - 1.0);
    int left = (int) u;
    int top = (int) v;
    int right = Math.min(left + 1, width - 1);
    int bottom = Math.min(top + 1, height - 1);
    double above = mix(values[left + width * top], values[right + width * top], u - left);
    double below = mix(values[left + width * bottom], values[right + width * bottom], u - left);
    return mix(above, below, v - top);
  }

  private static double mix(double a, double b, double share) {
    return a + share * (b - a);
  }

  /**
   * Draws the border on one side only, so that two outlines that coincide are both seen. A pixel
   * belongs to it when one within the line's width lies on the other side.
   */
  private void outline(byte[] mask, boolean inside, int rgb, int[] pixels, Montage.View view) {
    int scale = view.scale();
    int line = (scale + 1) / 2;
    int columns = width * scale;
    int rows = height * scale;
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        if (marked(mask, x, y, view) != inside) {
          continue;
        }
        boolean border = false;
        for (int dy = -line; dy <= line && !border; dy++) {
          for (int dx = -line; dx <= line && !border; dx++) {
            border = marked(mask, x + dx, y + dy, view) != inside;
          }
        }
        if (border) {
          pixels[x + columns * y] = rgb;
        }
      }
    }
  }

  /** Whether a pixel of the picture is in the mask; nothing beyond the edge is. */
  private boolean marked(byte[] mask, int x, int y, Montage.View view) {
    int i = Math.floorDiv(x, view.scale());
    int j = Math.floorDiv(y, view.scale());
    return i >= 0
        && i < width
        && j >= 0
        && j < height
        && mask[view.orientation().source(i, j, width, height)] != 0;
  }

  private static void fits(String what, int length, int width, int height) {
    if (width < 1 || height < 1 || length != (long) width * height) {
      throw new DataException(
          "%s has %d values, a panel of %d×%d needs %d"
              .formatted(what, length, width, height, (long) width * height));
    }
  }
}
