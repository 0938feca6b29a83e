package dev.hale.app.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.data.prepared.PreparedSetWriter;
import dev.hale.data.prepared.PreparedSlice;
import dev.hale.data.prepared.Split;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.SliceDetector;
import dev.hale.detection.method.Methods;
import dev.hale.engine.CheckpointException;
import dev.hale.evaluation.RegionMap;
import dev.hale.evaluation.SpotArea;
import dev.hale.evaluation.Voxels;
import dev.hale.io.AtomicFolder;
import dev.hale.scan.DataException;
import dev.hale.scan.Preprocessing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * What a method marks in the slices of a prepared set, for a network to learn from: a prepared set
 * of its own whose images have one channel more, 1 where the method's map of a diseased slice
 * exceeds its label-free threshold in a spot that is large enough to count, -1 elsewhere and all
 * over healthy slices. Test slices are left out; no lesion mask is read.
 */
public final class PseudoLabels {
  /** What a set's description says of who marked its slices. */
  static final String TEACHER = "teacher";

  private static final String FOLDER = "pseudo-labels";
  private static final String CHANNEL = "pseudo-label";
  private static final String SOURCE = "slices_of";
  private static final int CHUNK = 128; // slices that are held in memory

  private final PreparedSet set;
  private final SliceDetector teacher;
  private final double threshold;
  private final double spotArea;
  private final DetectionProgress progress;

  private PseudoLabels(
      PreparedSet set, SliceDetector teacher, DetectorConfig config, DetectionProgress progress) {
    this.set = set;
    this.teacher = teacher;
    this.threshold = config.threshold();
    this.spotArea = config.spotAreaOrZero();
    this.progress = progress;
  }

  /**
   * The set with the marks of a method of a model folder; made there where it is missing or of
   * another teacher.
   *
   * @param name of the method
   * @param progress told how many diseased slices are marked
   * @return open, in {@code MODEL/pseudo-labels}
   * @throws CheckpointException where the method is not calibrated there with a threshold
   */
  public static PreparedSet of(
      PreparedSet set,
      Path model,
      String name,
      DetectorOptions options,
      DetectionProgress progress) {
    DetectorConfig config = DetectorConfig.read(model, Methods.learned(name));
    if (config.threshold() == null) {
      throw new CheckpointException(
          "%s: %s cuts at Otsu's threshold, which always marks something; calibrate it with another"
              .formatted(model, name));
    }
    Path folder = model.resolve(FOLDER);
    try (SliceDetector teacher = new SliceDetector(model, config, options)) {
      if (!teacher.preprocessing().equals(set.preprocessing())) {
        throw new DataException(
            "%s was prepared otherwise than the training images of %s in %s"
                .formatted(set.folder(), name, model));
      }
      ObjectNode origin = JsonNodeFactory.instance.objectNode();
      ObjectNode about = origin.putObject(TEACHER);
      teacher.provenance().forEach(about::put);
      about.put("threshold", config.threshold());
      about.put("spotArea", config.spotAreaOrZero());
      origin.put(SOURCE, set.indexChecksum());
      origin.put(PreparedSet.TARGETS, 1);
      if (!isMade(folder, origin)) {
        PseudoLabels labels = new PseudoLabels(set, teacher, config, progress);
        AtomicFolder.write(folder, into -> labels.write(into, origin));
      }
    }
    return PreparedSet.open(folder);
  }

  private static boolean isMade(Path folder, ObjectNode origin) {
    if (!Files.exists(folder)) {
      return false;
    }
    try (PreparedSet there = PreparedSet.open(folder)) {
      return origin.get(TEACHER).equals(there.description().get(TEACHER))
          && origin.get(SOURCE).equals(there.description().get(SOURCE));
    }
  }

  private void write(Path folder, ObjectNode origin) {
    Preprocessing images = set.preprocessing();
    List<Integer> rows =
        IntStream.range(0, set.slices().size())
            .filter(row -> set.slices().get(row).split() != Split.TEST)
            .boxed()
            .toList();
    int total = (int) rows.stream().filter(row -> set.slices().get(row).diseased()).count();
    int done = 0;
    try (PreparedSetWriter writer = new PreparedSetWriter(folder, images.withChannel(CHANNEL))) {
      set.steps().forEach(writer::step);
      for (int from = 0; from < rows.size(); from += CHUNK) {
        List<Integer> chunk = rows.subList(from, Math.min(from + CHUNK, rows.size()));
        done = write(writer, chunk, done, total);
      }
      writer.finish(origin);
    }
  }

  /** Writes some rows; returns how many diseased slices are done by then. */
  private int write(PreparedSetWriter writer, List<Integer> rows, int done, int total) {
    List<Integer> diseased = rows.stream().filter(row -> set.slices().get(row).diseased()).toList();
    float[][] maps =
        diseased.isEmpty()
            ? new float[0][]
            : teacher.mapsAlone(
                SetImages.withNeighbours(set, diseased, teacher.context()),
                (now, of) -> progress.onSlices(done + now, total));
    int next = 0;
    for (int row : rows) {
      PreparedSlice slice = set.slices().get(row);
      byte[] brain = set.brain(row);
      float[] image = new float[(set.channels() + 1) * brain.length];
      set.image(row, image, 0);
      Arrays.fill(image, set.channels() * brain.length, image.length, Preprocessing.BACKGROUND);
      if (slice.diseased()) {
        RegionMap spots = SpotArea.areas(maps[next++], brain, threshold);
        float[] areas = Voxels.scatter(spots.values(), brain);
        for (int p = 0; p < areas.length; p++) {
          if (areas[p] > spotArea) {
            image[set.channels() * brain.length + p] = 1;
          }
        }
      }
      writer.add(withoutMask(slice), image, brain, null);
    }
    return done + diseased.size();
  }

  private static PreparedSlice withoutMask(PreparedSlice slice) {
    return new PreparedSlice(
        slice.subject(),
        slice.slice(),
        slice.split(),
        slice.label(),
        OptionalInt.empty(),
        slice.brainFraction(),
        slice.source());
  }
}
