package dev.hale.spark;

import dev.hale.app.detect.BrainSource;
import dev.hale.detection.result.DetectionInputs;
import dev.hale.detection.result.InputFile;
import dev.hale.detection.result.ScanInput;
import dev.hale.io.FileFailure;
import dev.hale.io.ImageBytes;
import dev.hale.io.ScanFiles;
import dev.hale.io.ScanReader;
import dev.hale.scan.DataException;
import dev.hale.scan.Mask;
import dev.hale.scan.Scan;
import dev.hale.scan.WantedChannels;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * A subject's images in memory, under the names of the places that they come from.
 *
 * @param files those places, of which only the names are looked at
 * @param images as many
 * @param mask of its brain; null where none says where that is
 * @param brain where it is then
 */
record SubjectImages(ScanFiles files, List<ImageBytes> images, ImageBytes mask, BrainSource brain) {
  /**
   * Fetches them.
   *
   * @param brain what the job says of subjects that name no mask
   * @throws DataException if one cannot be read
   */
  static SubjectImages fetch(SubjectRow subject, String brain, Configuration hadoop) {
    List<ImageBytes> images = new ArrayList<>();
    for (String file : subject.getFiles()) {
      images.add(read(file, hadoop));
    }
    List<Path> places = images.stream().map(image -> Path.of(image.name())).toList();
    return new SubjectImages(
        new ScanFiles(subject.getName(), subject.getChannels(), places, subject.getPrefix()),
        images,
        subject.getBrain() == null ? null : read(subject.getBrain(), hadoop),
        subject.getBrain() == null ? unmasked(subject, brain) : null);
  }

  private static ImageBytes read(String file, Configuration hadoop) {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file);
    String name = HadoopPaths.isLocal(path) ? HadoopPaths.local(path).toString() : file;
    try (InputStream in = path.getFileSystem(hadoop).open(path)) {
      return ImageBytes.of(name, in);
    } catch (IOException e) {
      throw FileFailure.unreadable(name, e);
    }
  }

  private static BrainSource unmasked(SubjectRow subject, String brain) {
    if (brain == null || brain.equals(SubjectSearch.FIND)) {
      return new BrainSource.Background();
    } else if (brain.equals(SubjectSearch.WHOLE)) {
      return new BrainSource.Whole();
    }
    throw new DataException(
        "scan %s: there is no brain mask %s beside %s"
            .formatted(subject.getName(), brain, subject.getFiles().get(0)));
  }

  /**
   * As detection takes them.
   *
   * @throws DataException where one cannot be read or a channel is missing
   */
  ScanInput input(WantedChannels wanted) {
    files.requireChannels(wanted);
    Scan read = ScanReader.readAll(images, files.channels());
    Scan scan = wanted.of(new Scan(files.name(), read.channels(), read.grid(), read.voxels()));
    Mask where =
        mask == null
            ? brain.of(files, scan)
            : ScanReader.readMask(mask, scan.grid(), "scan " + scan.name()).asBrain();
    return new ScanInput(scan, where, made(), files.pictures());
  }

  private DetectionInputs made() {
    Map<String, InputFile> made = new LinkedHashMap<>();
    boolean oneEach = images.size() == files.channels().size();
    for (int i = 0; i < images.size(); i++) {
      String channel = oneEach ? files.channels().get(i) : String.join(",", files.channels());
      made.put(images.get(i).name(), InputFile.of(images.get(i), channel));
    }
    return mask == null
        ? new DetectionInputs(made, brain.origin(files), null)
        : new DetectionInputs(made, mask.name(), InputFile.of(mask, "").sha256());
  }

  /** What is otherwise than it was when a result was made, in words; the places do not matter. */
  List<String> differences(DetectionInputs then) {
    List<String> differences = new ArrayList<>();
    DetectionInputs now = made();
    if (!hashes(then).equals(hashes(now))) {
      differences.add(
          "made from %s, not from %s as they are now"
              .formatted(
                  String.join(", ", then.files().keySet()),
                  String.join(", ", now.files().keySet())));
    }
    boolean neitherHasOne = then.brainSha256() == null && now.brainSha256() == null;
    boolean sameBrain =
        neitherHasOne
            ? then.brain().equals(now.brain())
            : Objects.equals(then.brainSha256(), now.brainSha256());
    if (!sameBrain) {
      differences.add("brain %s, now %s".formatted(then.brain(), now.brain()));
    }
    return differences;
  }

  private static Map<String, String> hashes(DetectionInputs made) {
    Map<String, String> hashes = new TreeMap<>();
    made.files()
        .values()
        .forEach(file -> hashes.put(file.channel().toLowerCase(Locale.ROOT), file.sha256()));
    return hashes;
  }
}
